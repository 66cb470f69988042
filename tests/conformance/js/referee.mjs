// The official JavaScript client, unmodified: does what the order on standard input says, prints what it saw as JSON.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { createFalClient } = createRequire(process.env.FAL_JS_HOME + "/")("@fal-ai/client");
const order = { options: {}, ...JSON.parse(readFileSync(0, "utf8")) };
const PREFIXES = { "fal.run": "run", "queue.fal.run": "queue", "rest.fal.ai": "rest" };

function pointed(url) {
  const wanted = new URL(url);
  const base = order.urls[PREFIXES[wanted.hostname]];
  return base ? base + wanted.pathname + wanted.search : url;
}

// The socket's address is a constant of the client: the only hook is the WebSocket itself.
const Socket = globalThis.WebSocket;
globalThis.WebSocket = class extends Socket {
  constructor(url, protocols) {
    const wanted = new URL(url);
    super(order.urls.realtime + wanted.pathname + wanted.search, protocols);
  }
};

const fal = createFalClient({
  credentials: order.key,
  suppressLocalCredentialsWarning: true,
  requestMiddleware: async (request) => ({ ...request, url: pointed(request.url) }),
});

function plain(value) {
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) {
    const bytes = Buffer.from(value);
    return { $sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}

function failure(error) {
  return {
    error: {
      class: error.name,
      message: error.message,
      status: error.status,
      body: error.body,
      request_id: error.requestId,
      timeout_type: error.timeoutType,
      fields: error.fieldErrors,
    },
  };
}

const does = {
  async run() {
    const { data, requestId } = await fal.run(order.endpoint, { input: order.input, ...order.options });
    return { data, request_id: requestId };
  },

  async subscribe() {
    const statuses = [];
    let enqueued;
    const { data, requestId } = await fal.subscribe(order.endpoint, {
      input: order.input,
      logs: true,
      pollInterval: 100,
      onEnqueue: (id) => (enqueued = id),
      onQueueUpdate: (status) => statuses.push(status),
      ...order.options,
    });
    return { data, statuses, request_id: requestId, enqueued };
  },

  async submit() {
    const handle = await fal.queue.submit(order.endpoint, { input: order.input, ...order.options });
    const first = await fal.queue.status(order.endpoint, { requestId: handle.request_id, logs: true });
    const last = await fal.queue.subscribeToStatus(order.endpoint, { requestId: handle.request_id, logs: true, pollInterval: 100 });
    const { data } = await fal.queue.result(order.endpoint, { requestId: handle.request_id });
    return { data, handle, request_id: handle.request_id, first_status: first.status, last_status: last.status };
  },

  async stream() {
    const source = await fal.stream(order.endpoint, { input: order.input, ...order.options });
    const done = source.done();
    done.catch(() => {}); // it is rejected while the loop below still runs; awaited after it
    const events = [];
    for await (const event of source) events.push(event);
    return { events, done: await done };
  },

  async realtime() {
    const answers = [];
    const connection = await new Promise((resolve, reject) => {
      const opened = fal.realtime.connect(order.endpoint, {
        throttleInterval: 0,
        ...order.options,
        onError: reject,
        onResult: (answer) => {
          answers.push(answer);
          if (answers.length === order.input.length) resolve(opened);
          else opened.send(order.input[answers.length]);
        },
      });
      opened.send(order.input[0]);
    });
    connection.close();
    return { answers };
  },

  async upload() {
    const data = Buffer.alloc(Buffer.byteLength(order.text) * order.times, order.text);
    const url = await fal.storage.upload(new File([data], order.name, { type: order.type }), order.options);
    return { url, sha256: createHash("sha256").update(data).digest("hex"), size: data.length };
  },

  async cancel() {
    const { request_id: requestId } = await fal.queue.submit(order.endpoint, { input: order.input, ...order.options });
    const seen = { request_id: requestId };
    if (order.when === "ended") await fal.queue.subscribeToStatus(order.endpoint, { requestId, pollInterval: 50 });
    if (order.when === "running") {
      while ((await fal.queue.status(order.endpoint, { requestId })).status === "IN_QUEUE");
    }
    try {
      await fal.queue.cancel(order.endpoint, { requestId });
      seen.cancel = "accepted";
    } catch (error) {
      return { ...seen, cancel: failure(error).error };
    }
    await fal.queue.subscribeToStatus(order.endpoint, { requestId, pollInterval: 50 });
    try {
      return { ...seen, data: (await fal.queue.result(order.endpoint, { requestId })).data };
    } catch (error) {
      return { ...seen, result: failure(error).error };
    }
  },
};

let seen;
try {
  seen = await does[order.do]();
} catch (error) {
  seen = failure(error);
}
process.stdout.write(JSON.stringify(plain(seen)), () => process.exit(0));
