// Edits the vendored Helm, and a copy of one file of Go's text/template, for use in the sandbox.

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each edit names the text it replaces and how often that text stands there: a moved upstream fails the build. */
const helmEdits = {
  'pkg/engine/engine.go': [
    [
      '\t\tvar buf strings.Builder\n\t\tif v, ok',
      '\t\tbuf := newOutput()\n\t\tdefer endOutput(buf)\n\t\tif v, ok',
      1,
    ],
    ['t.ExecuteTemplate(&buf, name, data)', 't.ExecuteTemplate(buf, name, data)', 1],
    [
      '\t\tvar buf strings.Builder\n\t\tif err := t.Execute(&buf,',
      '\t\tbuf := newOutput()\n\t\tdefer endOutput(buf)\n\t\tif err := t.Execute(buf,',
      1,
    ],
    [
      '\t\tvar buf strings.Builder\n\t\tif err := t.ExecuteTemplate(&buf,',
      '\t\tbuf := newOutput()\n\t\tif err := t.ExecuteTemplate(buf,',
      1,
    ],
    ['\t\trendered[filename] = ', '\t\tkeepOutput(filename, buf)\n\t\trendered[filename] = ', 1],
  ],
  'pkg/chart/common/util/jsonschema.go': [
    [/\t"context"\n\t"crypto\/tls"\n/, '', 1],
    [/\t"net\/http"\n/, '', 1],
    [/\t"time"\n/, '', 1],
    [/\t"helm\.sh\/helm\/v4\/internal\/version"\n/, '', 1],
    [/\/\/ HTTPURLLoader implements[\s\S]*?(?=\/\/ ValidateAgainstSchema checks)/, '', 1],
    ['"file":  jsonschema.FileLoader{}', '"file":  refusedLoader{}', 1],
    ['newHTTPURLLoader()', 'refusedLoader{}', 2],
  ],
  'pkg/chart/loader/archive/archive.go': [
    [/\t"net\/http"\n/, '', 1],
    ['http.DetectContentType(buffer)', '"unknown"', 1],
  ],
  'pkg/release/v1/info.go': [
    [/\t"k8s\.io\/apimachinery\/pkg\/runtime"\n/, '', 1],
    ['[]runtime.Object', '[]any', 2],
  ],
};

/** Tells a writer that wants to know which node is about to run. */
const templateEdits = [
  ['\tdepth int        // the height', '\ttracer tracer\n\tdepth int        // the height', 1],
  [
    '\tif t.Tree == nil || t.Root == nil {\n\t\tstate.errorf',
    '\tstate.tracer, _ = wr.(tracer)\n\tif t.Tree == nil || t.Root == nil {\n\t\tstate.errorf',
    1,
  ],
  [
    '\ts.at(node)\n\tswitch node := node.(type) {',
    '\ts.at(node)\n\tif s.tracer != nil {\n\t\ts.tracer.At(node, s.tmpl.Tree)\n\t}\n\tswitch node := node.(type) {',
    1,
  ],
  [
    '\tnewState.walk(dot, tmpl.Root)\n',
    '\tif s.tracer != nil {\n\t\ts.tracer.Enter(t, s.tmpl.Tree)\n\t\tdefer s.tracer.Leave()\n\t}\n\tnewState.walk(dot, tmpl.Root)\n',
    1,
  ],
  [
    '// variable holds the dynamic value',
    'type tracer interface {\n\tAt(parse.Node, *parse.Tree)\n\tEnter(parse.Node, *parse.Tree)\n\tLeave()\n}\n\n// variable holds the dynamic value',
    1,
  ],
];

export function prepare(dir) {
  const helm = join(dir, 'vendor/helm.sh/helm/v4');
  for (const [file, edits] of Object.entries(helmEdits)) edit(join(helm, file), join(helm, file), edits);
  setVersion(dir, join(helm, 'internal/version/version.go'));
  cpSync(join(dir, 'overlay/trace.go'), join(helm, 'pkg/engine/trace.go'));
  cpSync(join(dir, 'overlay/lookup_func.go'), join(helm, 'pkg/engine/lookup_func.go'));
  cpSync(join(dir, 'overlay/schema_loader.go'), join(helm, 'pkg/chart/common/util/schema_loader.go'));
  overlayTemplate(dir);
}

/** Helm's release builds set the full version with a linker flag; charts can print it. */
function setVersion(dir, file) {
  const [, version] = /helm\.sh\/helm\/v4 (v\S+)/.exec(readFileSync(join(dir, 'go.mod'), 'utf8'));
  const [major] = /^v\d+\.\d+/.exec(version);
  edit(file, file, [[`\tversion = "${major}"`, `\tversion = "${version}"`, 1]]);
}

/** Go takes whole files of its own library from elsewhere with -overlay; the build finds overlay.json. */
function overlayTemplate(dir) {
  const goroot = execFileSync('go', ['env', 'GOROOT'], { cwd: dir, encoding: 'utf8' }).trim();
  const original = join(goroot, 'src/text/template/exec.go');
  edit(original, join(dir, 'template-exec.go.txt'), templateEdits);
  const overlay = { Replace: { [original]: join(dir, 'template-exec.go.txt') } };
  writeFileSync(join(dir, 'overlay.json'), JSON.stringify(overlay));
}

function edit(from, to, edits) {
  let text = readFileSync(from, 'utf8');
  for (const [old, replacement, times] of edits) {
    const parts = text.split(old);
    if (parts.length - 1 !== times) {
      throw new Error(
        `${from}: expected ${times} × ${JSON.stringify(String(old))}, found ${parts.length - 1}`,
      );
    }
    text = parts.join(replacement);
  }
  writeFileSync(to, text);
}
