// Beside every text file of the build its Brotli and gzip versions: the server compresses nothing while calls run.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const OUT = new URL("../../static/", import.meta.url).pathname;
const SMALLEST = 1024;

for (const name of readdirSync(OUT, { recursive: true })) {
  const file = join(OUT, name);
  if (!/\.(js|css|html|svg|json)$/.test(name) || statSync(file).size < SMALLEST) continue;
  const text = readFileSync(file);
  writeFileSync(`${file}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
  writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
}
