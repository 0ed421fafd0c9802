// A PouchDB server on LevelDB whose writes are on disk when they are answered. node server.js FOLDER HOST:PORT
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [folder, address] = process.argv.slice(2);
const [host, port] = address.split(":");

// Each batch of LevelDB is synced. PouchDB asks for none of it.
const LevelDOWN = require("leveldown");
const batch = LevelDOWN.prototype._batch;
LevelDOWN.prototype._batch = function (operations, options, done) {
  return batch.call(this, operations, { ...options, sync: true }, done);
};
const put = LevelDOWN.prototype._put;
LevelDOWN.prototype._put = function (key, value, options, done) {
  return put.call(this, key, value, { ...options, sync: true }, done);
};

const express = require("express");
const PouchDB = require("pouchdb-node").defaults({ prefix: `${folder}/` });
const app = express();
app.use("/", require("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt` }));
app.listen(Number(port), host).keepAliveTimeout = 75_000;
