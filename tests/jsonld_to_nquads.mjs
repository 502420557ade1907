// Reads JSON-LD texts with jsonld.js and writes the N-Quads of each: JSON from standard input, JSON
// to standard output. Its argument is the package; no context is fetched, but some may be given.
import { createRequire } from "node:module";

const jsonld = createRequire(process.argv[2])("jsonld");
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { texts, contexts } = JSON.parse(Buffer.concat(chunks).toString("utf-8"));
const documentLoader = (iri) => {
  if (!(iri in contexts)) throw new Error(`It names the remote context ${iri}.`);
  return { documentUrl: iri, document: contexts[iri] };
};
const read = {};
for (const [name, { text, base }] of Object.entries(texts)) {
  const options = { format: "application/n-quads", documentLoader, base };
  try {
    read[name] = await jsonld.toRDF(JSON.parse(text), options);
  } catch (error) {
    throw new Error(`${name}: ${error.message} ${JSON.stringify(error.details)}`);
  }
}
process.stdout.write(JSON.stringify(read));
