// Reads JSON-LD from standard input and writes N-Quads, as jsonld.js understands it.
import { createRequire } from "node:module";

const jsonld = createRequire(process.argv[2])("jsonld");
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const refuse = (iri) => {
  throw new Error(`It names the remote context ${iri}.`);
};
const document = JSON.parse(Buffer.concat(chunks).toString("utf-8"));
process.stdout.write(
  await jsonld.toRDF(document, {
    format: "application/n-quads",
    documentLoader: refuse,
    base: process.argv[3] ?? "",
  }),
);
