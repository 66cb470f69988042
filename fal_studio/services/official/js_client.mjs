// A program for Node: subscribes with @fal-ai/client once for each line of input and prints when it saw what.
// The key comes by the environment (FAL_KEY), addresses and inputs by standard input. Times are nanoseconds since the call began.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { createFalClient } = createRequire(process.argv[2] + "/")("@fal-ai/client");
const PREFIXES = { "fal.run": "run", "queue.fal.run": "queue", "rest.fal.ai": "rest" };
let hosts;
let client;

const tell = (what, more = {}) => process.stdout.write(JSON.stringify({ what, ...more }) + "\n");

function pointed(url) {
  const wanted = new URL(url);
  const base = hosts[PREFIXES[wanted.hostname]];
  return base ? base + wanted.pathname + wanted.search : url;
}

async function subscribe(order) {
  const began = process.hrtime.bigint();
  const since = () => Number(process.hrtime.bigint() - began);
  const names = { IN_QUEUE: "queued", IN_PROGRESS: "running", COMPLETED: "completed" };
  try {
    const { data } = await client.subscribe(order.endpoint, {
      input: order.input,
      pollInterval: order.poll_every_s * 1000,
      onEnqueue: (requestId) => tell("enqueued", { ns: since(), request_id: requestId }),
      onQueueUpdate: (status) => tell(names[status.status] ?? "queued", { ns: since() }),
    });
    tell("done", { ns: since(), data });
  } catch (error) {
    tell("failed", { ns: since(), message: `${error.name}: ${error.message}` });
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!hosts) {
    hosts = JSON.parse(line);
    client = createFalClient({
      credentials: process.env.FAL_KEY,
      suppressLocalCredentialsWarning: true,
      requestMiddleware: async (request) => ({ ...request, url: pointed(request.url) }),
    });
    tell("ready");
  } else {
    await subscribe(JSON.parse(line));
  }
}
