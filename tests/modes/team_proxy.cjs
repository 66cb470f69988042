// A team's proxy as its README shows it: the official handler of @fal-ai/server-proxy on Node's own HTTP server.
const http = require("node:http");
const { createRequire } = require("node:module");
const { handleRequest, resolveProxyConfig } = createRequire(process.argv[2] + "/")("@fal-ai/server-proxy");

const config = resolveProxyConfig({
  allowedUrlPatterns: process.argv.slice(3),
  allowedEndpoints: [],
  allowUnauthorizedRequests: true,
});

const server = http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  await handleRequest(
    {
      id: "node",
      method: request.method,
      getRequestBody: async () => Buffer.concat(chunks).toString(),
      getHeaders: () => request.headers,
      getHeader: (name) => request.headers[name],
      sendHeader: (name, value) => response.setHeader(name, value),
      respondWith: (status, data) => {
        response.statusCode = status;
        response.end(JSON.stringify(data));
      },
      resolveApiKey: async () => process.env.FAL_KEY,
      sendResponse: async (answer) => {
        response.statusCode = answer.status;
        for await (const chunk of answer.body ?? []) response.write(chunk);
        response.end();
      },
    },
    config,
  ).catch((error) => response.destroy(error));
});

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
