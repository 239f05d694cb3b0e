// Makes the vendored Kubernetes small enough to travel: validation needs neither metrics, HTTP and CBOR nor the
// protobuf code and the scheme, which would keep every type of every API alive. 38 MB become 14 MB.
// Each edit is checked: when upstream has moved, the build stops and says which edit no longer fits.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export function prepare(dir) {
  const tree = new Tree(path.join(dir, 'vendor', 'k8s.io'));
  leaveOutMetrics(tree);
  leaveOutNetwork(tree);
  leaveOutCbor(tree);
  leaveOutProtobuf(tree);
  leaveOutScheme(tree);
  leaveOutSwagger(tree);
  leaveOutCertificates(tree);
  leaveOutStructuredMerge(tree);
  collectWords(dir);
}

function leaveOutMetrics(tree) {
  tree.replaceFile(
    'component-base/metrics/prometheus/feature/metrics.go',
    `package feature

import "context"

func ResetFeatureInfoMetric() {}

func RecordFeatureInfo(ctx context.Context, name string, stage string, enabled bool) {}
`,
    [
      'func ResetFeatureInfoMetric()',
      'func RecordFeatureInfo(ctx context.Context, name string, stage string, enabled bool)',
    ],
  );
}

function leaveOutNetwork(tree) {
  tree.edit('apimachinery/pkg/util/runtime/runtime.go', [
    ['if r == http.ErrAbortHandler {', 'if false {'],
    ['\t"net/http"\n', ''],
  ]);
  tree.edit('apimachinery/pkg/watch/streamwatcher.go', [
    ['if net.IsProbableEOF(err) || net.IsTimeout(err) {', 'if false {'],
    ['\t"k8s.io/apimachinery/pkg/util/net"\n', ''],
  ]);
}

function leaveOutCbor(tree) {
  tree.replaceFile(
    'apimachinery/pkg/runtime/serializer/cbor/direct/direct.go',
    `package direct

import "errors"

var errLeftOut = errors.New("CBOR is not built in")

func Marshal(src any) ([]byte, error)     { return nil, errLeftOut }
func Unmarshal(src []byte, dst any) error { return errLeftOut }
func Diagnose(src []byte) (string, error) { return "", errLeftOut }
`,
    ['func Marshal(', 'func Unmarshal(', 'func Diagnose('],
  );
}

function leaveOutProtobuf(tree) {
  tree.removeAll('api', /\/generated\.(protomessage\.)?pb\.go$/);
}

// Types register themselves in init functions; the engine calls defaults and conversions by name instead.
function leaveOutScheme(tree) {
  tree.editAll(
    'kubernetes/pkg/apis',
    /\/(register|zz_generated\.conversion|zz_generated\.validations)\.go$/,
    (text) => text.replace(/^func init\(\) \{.*\}$/gm, '').replace(/^func init\(\) \{$[\s\S]*?^\}$/gm, ''),
  );
  const builder = /runtime\.NewSchemeBuilder\(.*\)/g;
  for (const folder of ['api', 'kubernetes/pkg/apis']) {
    tree.editAll(folder, /\/register\.go$/, (text) => text.replace(builder, 'runtime.NewSchemeBuilder()'));
  }
}

function leaveOutSwagger(tree) {
  tree.removeAll('.', /\/types_swagger_doc_generated\.go$/);
}

// Reads certificates with crypto/x509; no kind that is checked here has one.
function leaveOutCertificates(tree) {
  tree.removeAll('kubernetes/pkg/apis/certificates', /\/helpers\.go$/);
}

// The converter to unstructured objects is not called; its type cache comes from a large package.
function leaveOutStructuredMerge(tree) {
  tree.edit('apimachinery/pkg/runtime/converter.go', [
    ['value.TypeReflectEntryOf(dv.Type())', 'noEntry{}'],
    ['value.TypeReflectEntryOf(sv.Type())', 'noEntry{}'],
    ['value.OmitZeroFunc(typeField.Type)', 'func(v reflect.Value) bool { return v.IsZero() }'],
    ['\t"sigs.k8s.io/structured-merge-diff/v6/value"\n', ''],
  ]);
  tree.add(
    'apimachinery/pkg/runtime/no_entry.go',
    `package runtime

import "reflect"

type noEntry struct{}

func (noEntry) CanConvertFromUnstructured() bool             { return false }
func (noEntry) FromUnstructured(sv, dv reflect.Value) error  { return nil }
func (noEntry) CanConvertToUnstructured() bool               { return false }
func (noEntry) ToUnstructured(sv reflect.Value) (any, error) { return nil, nil }
`,
  );
}

// Where the words of validation stand (check/words.go says what they are for); and, in the files of types, its enumerations.
const wordPackages = [
  'check',
  'vendor/github.com/robfig/cron/v3',
  'vendor/k8s.io/apimachinery/pkg/api/resource',
  'vendor/k8s.io/apimachinery/pkg/api/validate',
  'vendor/k8s.io/apimachinery/pkg/api/validate/content',
  'vendor/k8s.io/apimachinery/pkg/api/validation',
  'vendor/k8s.io/apimachinery/pkg/api/validation/path',
  'vendor/k8s.io/apimachinery/pkg/apis/meta/v1/validation',
  'vendor/k8s.io/apimachinery/pkg/util/intstr',
  'vendor/k8s.io/apimachinery/pkg/util/validation',
  'vendor/k8s.io/apimachinery/pkg/util/validation/field',
  'vendor/k8s.io/api/core/v1',
  'vendor/k8s.io/kubernetes/pkg/api/job',
  'vendor/k8s.io/kubernetes/pkg/api/node',
  'vendor/k8s.io/kubernetes/pkg/api/persistentvolumeclaim',
  'vendor/k8s.io/kubernetes/pkg/api/pod',
  'vendor/k8s.io/kubernetes/pkg/api/service',
  ...['apps', 'autoscaling', 'batch', 'core', 'networking', 'policy'].flatMap((group) => [
    `vendor/k8s.io/kubernetes/pkg/apis/${group}`,
    `vendor/k8s.io/kubernetes/pkg/apis/${group}/validation`,
  ]),
];

function collectWords(dir) {
  const env = { ...process.env, GOOS: '', GOARCH: '', GOFLAGS: '' }; // this program runs here, not in the sandbox
  const words = execFileSync('go', ['run', '-mod=vendor', './words', ...wordPackages], { cwd: dir, env });
  writeFileSync(path.join(dir, 'check', 'collected_words.go'), words);
}

class Tree {
  constructor(root) {
    this.root = root;
  }

  // Each replacement must fit somewhere.
  edit(name, replacements) {
    let text = this.#read(name);
    for (const [from, to] of replacements) {
      if (!text.includes(from))
        throw new Error(`${name} no longer contains ${JSON.stringify(from)}: adapt prepare.mjs`);
      text = text.replaceAll(from, to);
    }
    writeFileSync(path.join(this.root, name), text);
  }

  // The file that is replaced must still have these declarations.
  replaceFile(name, text, declarations) {
    const upstream = this.#read(name);
    for (const declaration of declarations) {
      if (!upstream.includes(declaration)) {
        throw new Error(`${name} no longer declares ${declaration}: adapt its replacement in prepare.mjs`);
      }
    }
    writeFileSync(path.join(this.root, name), text);
  }

  add(name, text) {
    if (existsSync(path.join(this.root, name)))
      throw new Error(`${name} now exists upstream: rename the file that prepare.mjs adds`);
    writeFileSync(path.join(this.root, name), text);
  }

  editAll(folder, pattern, change) {
    let changed = 0;
    for (const file of this.#files(folder, pattern)) {
      const text = readFileSync(file, 'utf8');
      const edited = change(text);
      if (edited === text) continue;
      writeFileSync(file, edited);
      changed++;
    }
    if (changed === 0) throw new Error(`nothing to edit in ${folder} (${pattern}): adapt prepare.mjs`);
  }

  removeAll(folder, pattern) {
    for (const file of this.#files(folder, pattern)) rmSync(file);
  }

  #files(folder, pattern) {
    const files = readdirSync(path.join(this.root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => pattern.test(file));
    if (files.length === 0) throw new Error(`no file matches ${pattern} in ${folder}: adapt prepare.mjs`);
    return files;
  }

  #read(name) {
    if (!existsSync(path.join(this.root, name))) throw new Error(`${name} is gone: adapt prepare.mjs`);
    return readFileSync(path.join(this.root, name), 'utf8');
  }
}
