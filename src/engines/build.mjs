// Builds the engines: Go programs as WebAssembly, in dist/engines. Needs Go and Node.
//   build.mjs [name …]   builds all engines, or the named ones
//   build.mjs --check    compares the sources' digests with those of the committed engines
//   build.mjs --verify   builds again and compares the modules' digests
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { preinitialise } from './preinitialise.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const output = join(root, 'dist/engines');
const recordFile = join(output, 'engines.json');
const licencesFile = join(output, 'licenses.txt');
const buildFiles = ['build.mjs', 'preinitialise.mjs'];
const engines = ['helm', 'kubernetes', 'kustomize'].filter((name) => existsSync(join(here, name, 'go.mod')));

const options = process.argv.slice(2);
const named = options.filter((o) => !o.startsWith('-'));
const wanted = named.length > 0 ? engines.filter((name) => named.includes(name)) : engines;
if (options.includes('--check')) check(wanted);
else if (options.includes('--verify')) await verify(wanted);
else await build(wanted);

function check(names) {
  const record = readRecord();
  const stale = names.filter((name) => record[name]?.sources !== digestOfSources(name));
  for (const name of stale)
    fail(`dist/engines/${name}.wasm.br is not what src/engines/${name} gives: run npm run build:engines.`);
}

async function verify(names) {
  const record = readRecord();
  for (const name of names) {
    const { wasm } = await compile(name);
    if (sha256(wasm) !== record[name]?.wasm)
      fail(`Building src/engines/${name} again gives another module than dist/engines/${name}.wasm.br.`);
  }
}

async function build(names) {
  mkdirSync(output, { recursive: true });
  const record = readRecord();
  for (const name of names) {
    const { wasm, upstream, licences } = await compile(name);
    const compressed = compress(wasm);
    writeFileSync(join(output, `${name}.wasm.br`), compressed);
    record[name] = {
      wasm: sha256(wasm),
      sources: digestOfSources(name),
      bytes: wasm.length,
      compressedBytes: compressed.length,
      upstream,
    };
    writeLicences(name, licences);
  }
  writeFileSync(recordFile, `${JSON.stringify(record, null, 2)}\n`);
}

async function compile(name) {
  const dir = join(root, 'build/engines', name);
  rmSync(dir, { recursive: true, force: true });
  cpSync(join(here, name), dir, { recursive: true });
  go(dir, 'mod', 'vendor');
  if (existsSync(join(dir, 'prepare.mjs')))
    (await import(pathToFileURL(join(dir, 'prepare.mjs')).href)).prepare(dir);
  const overlay = existsSync(join(dir, 'overlay.json')) ? ['-overlay', join(dir, 'overlay.json')] : [];
  const flags = [
    '-mod=vendor',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags=-s -w',
    '-buildmode=c-shared',
    ...overlay,
  ];
  go(dir, 'build', ...flags, '-o', 'engine.wasm', '.');
  const wasm = preinitialise(readFileSync(join(dir, 'engine.wasm')));
  return { wasm, upstream: upstreamOf(dir), licences: licencesOf(dir) };
}

function go(dir, ...args) {
  const version = /^go (\S+)$/m.exec(readFileSync(join(dir, 'go.mod'), 'utf8'))[1];
  const fixed = {
    GOOS: 'wasip1',
    GOARCH: 'wasm',
    GOFLAGS: '',
    GOWORK: 'off',
    GOTOOLCHAIN: `go${version}`,
    CGO_ENABLED: '0',
  };
  return execFileSync('go', args, {
    cwd: dir,
    env: { ...process.env, ...fixed },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

function compress(wasm) {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = {
    [BROTLI_PARAM_QUALITY]: 11,
    // A small window of 1 MiB: a large one takes more time to fill than it saves in reading.
    [BROTLI_PARAM_LGWIN]: 20,
    [BROTLI_PARAM_SIZE_HINT]: wasm.length,
  };
  return brotliCompressSync(wasm, { params });
}

/** The modules that go.mod itself asks for, and Go. A stub of ours in a module's place is none. */
function upstreamOf(dir) {
  const { Go, Require, Replace } = JSON.parse(go(dir, 'mod', 'edit', '-json'));
  const replaced = new Set(Replace?.map((r) => r.Old.Path));
  const direct = Require.filter((r) => !r.Indirect && !replaced.has(r.Path));
  return Object.fromEntries([['go', Go], ...direct.map((r) => [r.Path, r.Version])]);
}

/** Licence texts of the modules that are linked in, by `module version`. Stubs of ours are no modules. */
function licencesOf(dir) {
  const format = '{{with .Module}}{{if not .Replace}}{{.Path}} {{.Version}}{{end}}{{end}}';
  const modules = new Set(go(dir, 'list', '-mod=vendor', '-deps', '-f', format, '.').split('\n'));
  const texts = new Map([[`Go standard library ${go(dir, 'env', 'GOVERSION').trim()}`, goLicence(dir)]]);
  for (const module of [...modules].sort()) {
    const [path, version] = module.split(' ');
    if (version) texts.set(module, licenceTexts(join(dir, 'vendor', path)));
  }
  return texts;
}

function goLicence(dir) {
  return readFileSync(join(go(dir, 'env', 'GOROOT').trim(), 'LICENSE'), 'utf8');
}

function licenceTexts(folder) {
  const files = filesOf(folder).filter((file) =>
    /^(licen[cs]e|copying|notice|patents)/i.test(file.split('/').at(-1)),
  );
  if (files.length === 0) throw new Error(`${folder} has no licence`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [...new Set(texts)].join('\n\n');
}

/** Each engine's part stands between two marks, so that one engine can be built alone. */
function writeLicences(name, licences) {
  const sections = [...licences].map(([module, text]) => `${module}\n\n${text.trim()}\n`);
  const part = `===== engine: ${name} =====\n\n${sections.join('\n-----\n\n')}\n`;
  const parts = new Map(licenceParts().map((p) => [/^===== engine: (\w+)/.exec(p)[1], p]));
  parts.set(name, part);
  writeFileSync(
    licencesFile,
    [...parts.keys()]
      .sort()
      .map((n) => parts.get(n))
      .join(''),
  );
}

function licenceParts() {
  if (!existsSync(licencesFile)) return [];
  return readFileSync(licencesFile, 'utf8').split(/^(?====== engine: )/m);
}

function digestOfSources(name) {
  const hash = createHash('sha256');
  const files = [...buildFiles, ...filesOf(join(here, name)).map((file) => `${name}/${file}`)];
  for (const file of files.sort()) {
    hash.update(`${file}\0${sha256(readFileSync(join(here, file)))}\0`);
  }
  return hash.digest('hex');
}

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  return entries.map((e) => relative(folder, join(e.parentPath, e.name)).replaceAll('\\', '/')).sort();
}

function readRecord() {
  return existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : {};
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
