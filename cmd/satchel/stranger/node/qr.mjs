// Reads the QR codes of pictures (PNG), and prints what each says as a JSON list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { PNG } = require("pngjs"), jsQR = require("jsqr");
console.log(JSON.stringify(process.argv.slice(2).map(path => {
  const picture = PNG.sync.read(readFileSync(path));
  const code = jsQR(new Uint8ClampedArray(picture.data), picture.width, picture.height);
  return code && new TextDecoder().decode(new Uint8Array(code.binaryData));
})));
