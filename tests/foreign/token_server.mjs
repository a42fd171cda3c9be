// Serves the tokens of another OAuth 2.0 server at the path of a tenant: `node token_server.mjs TENANT`. Prints its origin.
import { pathToFileURL } from "node:url";
import path from "node:path";

const modules = process.env.FOREIGN_NODE_PATH;
const { OAuth2Server } = await import(pathToFileURL(path.join(modules, "oauth2-mock-server", "dist", "index.mjs")));
const server = new OAuth2Server(undefined, undefined, { endpoints: { token: `/${process.argv[2]}/oauth2/v2.0/token` } });
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
console.log(`http://127.0.0.1:${server.address().port}`);
