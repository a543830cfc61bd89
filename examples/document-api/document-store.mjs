// @ts-check
import { randomUUID } from "node:crypto";

/** What a workflow can run on a file. */
const models = [
  {
    id: "word-count",
    description: "Counts words.",
    run: (/** @type {string} */ text) => text.match(/\S+/g)?.length ?? 0,
  },
  {
    id: "line-count",
    description: "Counts lines.",
    run: (/** @type {string} */ text) => text.split("\n").length,
  },
];

/** Bounds memory: this example keeps everything in memory until it ends. */
const mostFiles = 100;
const mostRuns = 1000;

/** The documents of each workspace, kept apart. */
export function createStore() {
  /** @type {Map<string, ReturnType<typeof createDocuments>>} */
  const workspaces = new Map();
  return {
    /** @param {string} workspaceId */
    of(workspaceId) {
      const documents = workspaces.get(workspaceId) ?? createDocuments();
      workspaces.set(workspaceId, documents);
      return documents;
    },
  };
}

/**
 * @typedef {{ id: string, name: string, bytes: number, uploaded_by: string, content: Buffer }} StoredFile
 * @typedef {{ id: string, model: string, file_id: string, started_by: string, status: "completed", result: number }} Run
 */
function createDocuments() {
  /** @type {Map<string, StoredFile>} */
  const files = new Map();
  /** @type {Map<string, Run>} */
  const runs = new Map();

  /** @param {string} name @param {Buffer} content @param {string} keyId */
  function addFile(name, content, keyId) {
    if (files.size >= mostFiles) return null;
    const file = { id: `file_${randomUUID()}`, name, bytes: content.length, uploaded_by: keyId, content };
    files.set(file.id, file);
    return file;
  }

  /** @param {string} modelId @param {string} fileId @param {string} keyId @returns {Run | null} */
  function startRun(modelId, fileId, keyId) {
    const model = models.find(({ id }) => id === modelId);
    const file = files.get(fileId);
    if (!model || !file) return null;
    const result = model.run(file.content.toString());
    const id = `run_${randomUUID()}`;
    /** @type {Run} */
    const run = { id, model: modelId, file_id: fileId, started_by: keyId, status: "completed", result };
    runs.set(id, run);
    const [oldest] = runs.keys();
    if (runs.size > mostRuns) runs.delete(/** @type {string} */ (oldest));
    return run;
  }

  return { models, files, runs, addFile, startRun };
}
