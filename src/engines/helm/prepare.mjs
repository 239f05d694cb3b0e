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
    ['newFiles(accessor.Files())', 'filesOf(accessor.Files())', 1],
    [
      '\t\t\treturn map[string]string{}, cleanupParseError(filename, err)\n',
      '\t\t\tif LeftOut != nil {\n\t\t\t\tLeftOut(filename, cleanupParseError(filename, err))\n\t\t\t\t_, _ = t.New(filename).Parse("")\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\treturn map[string]string{}, cleanupParseError(filename, err)\n',
      1,
    ],
    [
      '\t\t\treturn map[string]string{}, reformatExecErrorMsg(filename, err)\n',
      '\t\t\tif LeftOut != nil {\n\t\t\t\tdropOutput(buf)\n\t\t\t\tLeftOut(filename, reformatExecErrorMsg(filename, err))\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\treturn map[string]string{}, reformatExecErrorMsg(filename, err)\n',
      1,
    ],
    ['\tt.Funcs(funcMap)\n', '\tt.Funcs(withReads(funcMap))\n', 1],
    ['\t\trendered[filename] = ', '\t\tkeepOutput(filename, buf)\n\t\trendered[filename] = ', 1],
    [
      '\t\tt, err := parent.Clone()\n',
      '\t\tif !strings.Contains(tpl, "{{") {\n\t\t\treturn writeText(tpl), nil\n\t\t}\n\t\tt, err := parent.Clone()\n',
      1,
    ],
  ],
  'pkg/release/v1/util/manifest_sorter.go': [
    ['\t"sigs.k8s.io/yaml"\n', '', 1],
    ['yaml.Unmarshal([]byte(m), &entry)', 'readHead(m, &entry)', 1],
  ],
  'pkg/release/v1/util/manifest.go': [
    [/\t"regexp"\n/, '', 1],
    [/var sep = regexp\.MustCompile.*\n/, '', 1],
    ['sep.Split(bigFileTmp, -1)', 'splitDocuments(bigFileTmp)', 1],
  ],
  'pkg/release/v1/util/kind_sorter.go': [
    [
      /ordering := make\(map\[string\]int, len\(o\)\)\n\tfor v, k := range o \{\n\t\tordering\[k\] = v\n\t\}/,
      'ordering := kindOrder(o)',
      1,
    ],
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
  'pkg/chart/v2/loader/load.go': [['LoadValues(bytes.NewReader(f.Data))', 'valuesOf(f.Data)', 1]],
  'pkg/release/v1/info.go': [
    [/\t"k8s\.io\/apimachinery\/pkg\/runtime"\n/, '', 1],
    ['[]runtime.Object', '[]any', 2],
  ],
};

/** Edits of the functions that charts call, by file of sprig: nobody looks at the keys and hashes of a review. */
const sprigEdits = {
  'crypto.go': [
    ['\t"crypto/rsa"\n', '\t"crypto/rsa"\n\n\t"pod-lifecycle-review/helm/rsakeys"\n', 1],
    ['rsa.GenerateKey(rand.Reader, 2048)', 'rsakeys.Next(2048)', 3],
    ['rsa.GenerateKey(rand.Reader, 4096)', 'rsakeys.Next(4096)', 1],
    ['bcrypt_lib.DefaultCost', 'bcrypt_lib.MinCost', 1],
  ],
};

/** Edits of Go's own library, by file under its `src`. */
const goEdits = {
  // Tells a writer that wants to know which node is about to run.
  'text/template/exec.go': [
    ['\tdepth int        // the height', '\ttracer tracer\n\tdepth int        // the height', 1],
    [
      '\tif t.Tree == nil || t.Root == nil {\n\t\tstate.errorf',
      '\tstate.tracer, _ = wr.(tracer)\n\tif t.Tree == nil || t.Root == nil {\n\t\tstate.errorf',
      1,
    ],
    [
      '\ts.at(node)\n\tswitch node := node.(type) {',
      '\ts.at(node)\n\tif s.tracer != nil {\n\t\ts.tracer.At(node, s.tmpl.Tree)\n\t}\n\tif Lenient != nil {\n\t\tdefer Lenient.enter()()\n\t}\n\tswitch node := node.(type) {',
      1,
    ],
    [
      '\tnewState.walk(dot, tmpl.Root)\n',
      '\tif s.tracer != nil {\n\t\ts.tracer.Enter(t, s.tmpl.Tree)\n\t\tdefer s.tracer.Leave()\n\t}\n\tnewState.walk(dot, tmpl.Root)\n',
      1,
    ],
    [
      '\t\t\tresult := receiver.MapIndex(nameVal)\n',
      '\t\t\tnoteRead(receiver, nameVal)\n\t\t\tresult := receiver.MapIndex(nameVal)\n',
      1,
    ],
    [
      '// variable holds the dynamic value',
      'type tracer interface {\n\tAt(parse.Node, *parse.Tree)\n\tEnter(parse.Node, *parse.Tree)\n\tLeave()\n}\n\n// variable holds the dynamic value',
      1,
    ],
    // What is not known, where a render is lenient: see overlay/unknown.go.
    [
      '\tdepth int        // the height',
      '\tbase  int // variables that stood before an undecided branch\n\tdepth int        // the height',
      1,
    ],
    [
      '\t\t\ts.vars[i].value = value\n\t\t\treturn',
      '\t\t\tif Lenient != nil {\n\t\t\t\tvalue = s.assign(i, value)\n\t\t\t}\n\t\t\ts.vars[i].value = value\n\t\t\treturn',
      1,
    ],
    [
      '\ttruth, ok := isTrue(indirectInterface(val))\n\tif !ok {',
      '\tif Lenient != nil {\n\t\tif isUndecided(val) {\n\t\t\ts.unknownBranch(typ, dot, val, list, elseList)\n\t\t\treturn\n\t\t}\n\t\tdefer Lenient.condition()()\n\t}\n\ttruth, ok := isTrue(indirectInterface(val))\n\tif !ok {',
      1,
    ],
    ['\t\ts.walk(elem, r.List)\n', '\t\ts.round(index, elem, r)\n', 1],
    [
      '\tmark := s.mark()\n\toneIteration',
      '\tmark := s.mark()\n\tif Lenient != nil && s.cannotRange(val) {\n\t\ts.unknownRange(dot, r)\n\t\treturn\n\t}\n\toneIteration',
      1,
    ],
    [
      '\tif tmpl == nil {\n\t\ts.errorf("template %q not defined", t.Name)',
      '\tif tmpl == nil {\n\t\tif Lenient != nil {\n\t\t\ts.note("undefined-template", t.Name)\n\t\t\t_, _ = s.wr.Write([]byte(TextToken))\n\t\t\treturn\n\t\t}\n\t\ts.errorf("template %q not defined", t.Name)',
      1,
    ],
    ['\tnewState.tmpl = tmpl\n', '\tnewState.tmpl, newState.base = tmpl, 0\n', 1],
    [
      '\t\ts.errorf("nil pointer evaluating %s.%s", typ, fieldName)\n\t\treturn zero\n',
      '\t\tif Lenient != nil {\n\t\t\treturn s.missingField("value", fieldName)\n\t\t}\n\t\ts.errorf("nil pointer evaluating %s.%s", typ, fieldName)\n\t\treturn zero\n',
      1,
    ],
    [
      '\thasArgs := len(args) > 1 || !isMissing(final)\n',
      '\tif Lenient != nil {\n\t\tif unknown, ok := s.unknownField(receiver, fieldName); ok {\n\t\t\treturn unknown\n\t\t}\n\t}\n\thasArgs := len(args) > 1 || !isMissing(final)\n',
      1,
    ],
    [
      '\ts.errorf("can\'t evaluate field %s in type %s", fieldName, typ)\n',
      '\tif Lenient != nil {\n\t\treturn s.missingField("field", fieldName)\n\t}\n\ts.errorf("can\'t evaluate field %s in type %s", fieldName, typ)\n',
      1,
    ],
    [
      '\t\t\tv = s.evalArg(dot, argType, arg).Interface().(reflect.Value)\n',
      '\t\t\tif Lenient != nil {\n\t\t\t\treturn s.unknownAndOr(dot, name, argType, args, final)\n\t\t\t}\n\t\t\tv = s.evalArg(dot, argType, arg).Interface().(reflect.Value)\n',
      1,
    ],
    [
      '\t// Build the arg list.\n',
      '\tvar badType bool\n\tif Lenient != nil {\n\t\tbadType, Lenient.badType = Lenient.badType, false\n\t}\n\n\t// Build the arg list.\n',
      1,
    ],
    [
      '\tv, err := safeCall(fun, argv)\n',
      '\tif Lenient != nil {\n\t\tbadType, Lenient.badType = Lenient.badType, badType\n\t\tif badType {\n\t\t\treturn unknownValue\n\t\t}\n\t\tif v, ok := s.unknownCall(node, name, fun, argv); ok {\n\t\t\treturn concrete(v)\n\t\t}\n\t}\n\tv, err := safeCall(fun, argv)\n',
      1,
    ],
    [
      '\t\ts.at(node)\n\t\ts.errorf("error calling %s: %w", name, err)\n\t}\n',
      '\t\ts.at(node)\n\t\tif Lenient != nil {\n\t\t\treturn s.unknownError(name, argv, err)\n\t\t}\n\t\ts.errorf("error calling %s: %w", name, err)\n\t}\n\tif Lenient != nil {\n\t\treturn unknownResult(name, fun, argv, unwrap(v))\n\t}\n',
      1,
    ],
    [
      '\t\ts.errorf("invalid value; expected %s", typ)\n',
      '\t\tif Lenient != nil && s.unknownArgument(value, typ) {\n\t\t\treturn reflect.Zero(typ)\n\t\t}\n\t\ts.errorf("invalid value; expected %s", typ)\n',
      1,
    ],
    [
      '\t\t\ts.errorf("wrong type for value; expected %s; got %s", typ, value.Type())\n',
      '\t\t\tif Lenient != nil && s.unknownArgument(value, typ) {\n\t\t\t\treturn reflect.Zero(typ)\n\t\t\t}\n\t\t\ts.errorf("wrong type for value; expected %s; got %s", typ, value.Type())\n',
      1,
    ],
  ],
  // Tells which keys of which maps are looked up.
  'text/template/funcs.go': [
    [
      '\t\t\tif x := item.MapIndex(index); x.IsValid() {',
      '\t\t\tnoteRead(item, index)\n\t\t\tif x := item.MapIndex(index); x.IsValid() {',
      1,
    ],
  ],
  'text/template/template.go': [
    [
      'parse.Parse(t.name, text, t.leftDelim, t.rightDelim, t.parseFuncs, builtins())',
      't.parseOnce(text)',
      1,
    ],
  ],
  // The order of maps depends on what was put in and on nothing before; charts draw from a generator of their own,
  // which each request restarts.
  'runtime/rand.go': [
    [
      'func rand() uint64 {\n',
      'func rand() uint64 { return 0x9e3779b97f4a7c15 }\n\n//go:linkname chartRandom\nfunc chartRandom() uint64 {\n',
      1,
    ],
    [
      '// mrandinit initializes',
      '// RestartRandom begins the numbers that math/rand gives anew.\nfunc RestartRandom() { getg().m.chacha8.Init64([4]uint64{1, 2, 3, 4}) }\n\n// mrandinit initializes',
      1,
    ],
  ],
  'math/rand/rand.go': [['runtime_rand runtime.rand\n', 'runtime_rand runtime.chartRandom\n', 1]],
  'math/rand/v2/rand.go': [['runtime_rand runtime.rand\n', 'runtime_rand runtime.chartRandom\n', 1]],
};

/** Files of ours that go into vendored Helm's packages, and into Go's. */
const helmFiles = {
  'trace.go': 'pkg/engine',
  'reads.go': 'pkg/engine',
  'read_steps.go': 'pkg/engine',
  'lookup_func.go': 'pkg/engine',
  'withheld.go': 'pkg/engine',
  'left_out.go': 'pkg/engine',
  'schema_loader.go': 'pkg/chart/common/util',
  'values.go': 'pkg/chart/v2/loader',
  'split.go': 'pkg/release/v1/util',
  'plain_head.go': 'pkg/release/v1/util',
  'plain_lines.go': 'pkg/release/v1/util',
  'plain_scalars.go': 'pkg/release/v1/util',
};
const goFiles = {
  'parse_once.go': 'text/template',
  'on_read.go': 'text/template',
  'unknown.go': 'text/template',
  'unknown_branches.go': 'text/template',
  'unknown_calls.go': 'text/template',
  'unknown_decisions.go': 'text/template',
  'unknown_holes.go': 'text/template',
  'unknown_maps.go': 'text/template',
  'unknown_values.go': 'text/template',
};

export function prepare(dir) {
  const helm = join(dir, 'vendor/helm.sh/helm/v4');
  for (const [file, edits] of Object.entries(helmEdits)) edit(join(helm, file), join(helm, file), edits);
  const sprig = join(dir, 'vendor/github.com/Masterminds/sprig/v3');
  for (const [file, edits] of Object.entries(sprigEdits)) edit(join(sprig, file), join(sprig, file), edits);
  setVersion(dir, join(helm, 'internal/version/version.go'));
  for (const [file, folder] of Object.entries(helmFiles)) {
    cpSync(join(dir, 'overlay', file), join(helm, folder, file));
  }
  overlayGo(dir);
}

/** Helm's release builds set the full version with a linker flag; charts can print it. */
function setVersion(dir, file) {
  const [, version] = /helm\.sh\/helm\/v4 (v\S+)/.exec(readFileSync(join(dir, 'go.mod'), 'utf8'));
  const [major] = /^v\d+\.\d+/.exec(version);
  edit(file, file, [[`\tversion = "${major}"`, `\tversion = "${version}"`, 1]]);
}

/** Go takes whole files of its own library from elsewhere with -overlay; the build finds overlay.json. */
function overlayGo(dir) {
  const library = join(execFileSync('go', ['env', 'GOROOT'], { cwd: dir, encoding: 'utf8' }).trim(), 'src');
  const Replace = {};
  for (const [file, edits] of Object.entries(goEdits)) {
    const copy = join(dir, `go-${file.replaceAll('/', '-')}.txt`);
    edit(join(library, file), copy, edits);
    Replace[join(library, file)] = copy;
  }
  for (const [file, folder] of Object.entries(goFiles)) {
    Replace[join(library, folder, file)] = join(dir, 'overlay', file);
  }
  writeFileSync(join(dir, 'overlay.json'), JSON.stringify({ Replace }));
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
