// Fetching the engine and the graph, with reports of the bytes that have come.

/** A file that could not be fetched. */
export class FetchError extends Error {
  constructor(url, reason) {
    super(`${new URL(url).pathname.split('/').pop()}: ${reason}`);
  }
}

/**
 * @param {string} url
 * @param {(bytes: number) => void} report
 */
export async function fetchBytes(url, report) {
  const response = await fetchCounted(url, report);
  return new Uint8Array(await response.arrayBuffer());
}

/** Fetch WebAssembly, compressed or not, and compile it while it comes. */
export async function fetchModule(url, report) {
  const { body } = await fetchCounted(url, report);
  const headers = { 'Content-Type': 'application/wasm' };
  return WebAssembly.compileStreaming(new Response(await unpacked(body), { headers }));
}

async function fetchCounted(url, report) {
  let response;
  try {
    response = await fetch(url, { cache: 'no-cache' });
  } catch (error) {
    throw new FetchError(url, error.message);
  }
  if (!response.ok) throw new FetchError(url, `${response.status} ${response.statusText}`.trim());
  const counter = new TransformStream({
    transform(chunk, controller) {
      report(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counter));
}

/** Unpack gzip, unless the server has said that it is gzip, so that the browser has done so. */
async function unpacked(stream) {
  const reader = stream.getReader();
  const first = await reader.read();
  const whole = new ReadableStream({
    start: (controller) => (first.done ? controller.close() : controller.enqueue(first.value)),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const isPacked = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
  return isPacked ? whole.pipeThrough(new DecompressionStream('gzip')) : whole;
}
