// One call of Microsoft's JavaScript client: `node graph_client.cjs ORIGIN METHOD PATH [BODY]`. Prints the answer, or the error, as JSON.
const { Client } = require("@microsoft/microsoft-graph-client");

const [origin, method, path, body] = process.argv.slice(2);
const client = Client.init({
  baseUrl: `${origin}/`,
  defaultVersion: "v1.0",
  customHosts: new Set([new URL(origin).hostname]),
  authProvider: (done) => done(null, "simulated"),
});

client
  .api(path)
  [method](...(body === undefined ? [] : [JSON.parse(body)]))
  .then((answer) => ({ answer: answer ?? null }))
  .catch((error) => ({ error: { statusCode: error.statusCode, code: error.code, requestId: error.requestId, text: String(error) } }))
  .then((printed) => console.log(JSON.stringify(printed)));
