// The engine as the page sees it: loaded when it is needed, ended when it must be.

/** Why a query has no answer; `failure.code` names the text that says so. */
export class Failure extends Error {
  constructor(failure) {
    super(failure.code);
    Object.assign(this, { values: {}, ...failure });
  }
}

export class Engine {
  #worker;
  #waiting = new Map();
  #count = 0;
  #loading;
  /** What the worker has fetched, kept for the next one: after a stop nothing is fetched again. */
  #fetched = {};

  /** @param {{worker: string, engine: string, dump: string}} addresses */
  constructor(addresses) {
    this.addresses = addresses;
    /** Called with the bytes that have come in all. */
    this.onprogress = () => {};
    /** Called when all has come and is being read. */
    this.onreading = () => {};
  }

  get isLoaded() {
    return Boolean(this.#fetched.names) && Boolean(this.#worker);
  }

  /** Load the engine and the graph, unless they are loaded or on their way. */
  load() {
    this.#loading ??= this.#load().catch((error) => {
      this.#end(error);
      throw error;
    });
    return this.#loading;
  }

  async #load() {
    const { worker, engine, dump } = this.addresses;
    this.#worker = new Worker(worker, { type: 'module' });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Failure({ code: 'no-worker' }));
    };
    this.bytes = 0;
    this.#fetched = await this.#call('load', { engine, dump, ...this.#fetched });
  }

  /** The IRIs of all that is described in the graph. */
  get names() {
    return this.#fetched.names ?? new Set();
  }

  /**
   * Answer a query.
   * @param {string} text
   * @param {Record<string, string>} prefixes that need no declaration
   * @param {number} limit in seconds
   * @param {{properties: string[], language: string}} naming how things are named
   */
  async ask(text, prefixes, limit, naming) {
    await this.load();
    const timer = setTimeout(() => this.stop({ code: 'too-slow', values: { limit } }), limit * 1000);
    try {
      return await this.#call('ask', { text, prefixes, ...naming });
    } catch (error) {
      if (error.isBroken) this.#end(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Find the labels of all that is described in the graph. */
  labels(properties, language) {
    return this.#call('labels', { properties, language });
  }

  /** End whatever it is doing. */
  stop(why = { code: 'stopped' }) {
    this.#end(new Failure(why));
  }

  #call(action, values) {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, action, ...values });
    });
  }

  #receive({ type, id, value, failure, bytes }) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === 'progress') this.onprogress((this.bytes += bytes));
    else if (type === 'reading') this.onreading();
    else if (type === 'done') waiting?.resolve(value);
    else waiting?.reject(new Failure(failure));
  }

  #end(error) {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#loading = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    waiting.forEach(({ reject }) => reject(error));
  }
}
