// Edits the vendored Kustomize: nothing is fetched or run, and each object knows which step set which of its fields.
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Each edit names the text it replaces and how often that text stands there: a moved upstream fails the build. */
const edits = {
  // An object carries its trace, and hands it on where it is copied or merged into.
  'sigs.k8s.io/kustomize/api/resource/resource.go': [
    ['\trefVarNames []string\n}', '\trefVarNames []string\n\tTrace       *Trace\n}', 1],
    [
      '\tr.refVarNames = copyStringSlice(other.refVarNames)\n',
      '\tr.refVarNames = copyStringSlice(other.refVarNames)\n\tr.Trace = other.Trace\n',
      1,
    ],
  ],
  'sigs.k8s.io/kustomize/api/resmap/resmap.go': [
    [
      '\tTransformer\n\tOrigin *resource.Origin\n',
      '\tTransformer\n\tOrigin *resource.Origin\n\tStep   *resource.Step\n',
      1,
    ],
    [
      '\tGenerator\n\tOrigin *resource.Origin\n',
      '\tGenerator\n\tOrigin *resource.Origin\n\tStep   *resource.Step\n',
      1,
    ],
  ],
  'sigs.k8s.io/kustomize/api/internal/target/multitransformer.go': [
    ['import (\n', 'import (\n\t"sigs.k8s.io/kustomize/api/resource"\n', 1],
    [
      '\t\tif err := t.Transform(m); err != nil {\n\t\t\treturn err\n',
      '\t\tif err := t.Transform(m); err != nil && !resource.Tolerates(t.Step, err) {\n\t\t\treturn err\n',
      1,
    ],
    ['\t\tm.DropEmpties()\n', '\t\tm.DropEmpties()\n\t\tresource.Follow(m.Resources(), t.Step)\n', 1],
  ],
  'sigs.k8s.io/kustomize/api/internal/target/kusttarget_configplugin.go': [
    [
      'Generator: r[i], Origin: generatorOrigin}',
      'Generator: r[i], Origin: generatorOrigin, Step: kt.step(bpt, i)}',
      1,
    ],
    [
      'Transformer: r[i], Origin: transformerOrigin}',
      'Transformer: r[i], Origin: transformerOrigin, Step: kt.step(bpt, i)}',
      1,
    ],
    [
      '\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\n\t\tvar generatorOrigin',
      '\t\tif err != nil {\n\t\t\tkt.fail(bpt)\n\t\t\treturn nil, err\n\t\t}\n\n\t\tvar generatorOrigin',
      1,
    ],
    [
      '\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tvar transformerOrigin',
      '\t\tif err != nil {\n\t\t\tkt.fail(bpt)\n\t\t\treturn nil, err\n\t\t}\n\t\tvar transformerOrigin',
      1,
    ],
    [
      'range kt.kustomization.HelmCharts {\n',
      'range kt.kustomization.HelmCharts {\n\t\t\tif kt.leaveOutChart(chart) {\n\t\t\t\tcontinue\n\t\t\t}\n',
      1,
    ],
    // One step for each patch, as for `patches`.
    [
      '\t\tc.Paths = kt.kustomization.PatchesStrategicMerge\n\t\tp := f()\n\t\terr = kt.configureBuiltinPlugin(p, c, bpt)\n\t\tif err != nil {\n\t\t\treturn nil, err\n\t\t}\n\t\tresult = append(result, p)\n\t\treturn\n',
      '\t\tfor _, path := range kt.kustomization.PatchesStrategicMerge {\n\t\t\tc.Paths = []types.PatchStrategicMerge{path}\n\t\t\tp := f()\n\t\t\tif err = kt.configureBuiltinPlugin(p, c, bpt); err != nil {\n\t\t\t\treturn nil, err\n\t\t\t}\n\t\t\tresult = append(result, p)\n\t\t}\n\t\treturn\n',
      1,
    ],
  ],
  'sigs.k8s.io/kustomize/api/internal/target/kusttarget.go': [
    [
      '\tfor _, path := range paths {\n\t\t// try loading',
      '\tfor _, path := range paths {\n\t\tif kt.leaveOutRemote(path, false) {\n\t\t\tcontinue\n\t\t}\n\t\t// try loading',
      1,
    ],
    [
      '\tfor _, path := range paths {\n\t\t// Components',
      '\tfor _, path := range paths {\n\t\tif kt.leaveOutRemote(path, true) {\n\t\t\tcontinue\n\t\t}\n\t\t// Components',
      1,
    ],
    [
      '\t\treturn errors.WrapPrefixf(err, "accumulating resources from \'%s\'", path)\n\t}\n',
      '\t\treturn errors.WrapPrefixf(err, "accumulating resources from \'%s\'", path)\n\t}\n\tresource.Loaded(resources.Resources(), kt.place(path))\n',
      1,
    ],
    [
      '\t\terr = ra.AbsorbAll(resMap)\n\t\tif err != nil {\n',
      '\t\terr = ra.AbsorbAll(resMap)\n\t\tif err != nil && resource.Tolerates(g.Step, err) {\n\t\t\tcontinue\n\t\t}\n\t\tresource.Follow(ra.ResMap().Resources(), g.Step)\n\t\tif err != nil {\n',
      1,
    ],
    [
      '\terr = ra.MergeVars(kt.kustomization.Vars)\n\tif err != nil {\n',
      '\terr = ra.MergeVars(kt.kustomization.Vars)\n\tif err != nil && !resource.Tolerates(nil, err) {\n',
      1,
    ],
    [
      '\terr = ra.ResolveVars()\n\tif err != nil {\n',
      '\terr = ra.ResolveVars()\n\tif err != nil && !resource.Tolerates(nil, err) {\n',
      1,
    ],
    [
      '\tvalidators, err := kt.configureExternalTransformers(kt.kustomization.Validators)\n',
      '\tloader.Validating(true)\n\tvalidators, err := kt.configureExternalTransformers(kt.kustomization.Validators)\n\tloader.Validating(false)\n',
      1,
    ],
    ['\t\t\tfmt.Fprintf(os.Stderr, "%v\\n", msg)\n', '\t\t\t_ = msg\n', 1],
    ['\t"os"\n', '', 1],
  ],
  // Plug-ins: those that are built in and compute; the others stand still.
  'sigs.k8s.io/kustomize/api/internal/plugins/loader/loader.go': [
    ['\t"os"\n', '', 1],
    ['\t"sigs.k8s.io/kustomize/api/internal/plugins/execplugin"\n', '', 1],
    ['\t"sigs.k8s.io/kustomize/api/internal/plugins/fnplugin"\n', '', 1],
    [
      /func \(l \*Loader\) loadPlugin\([\s\S]*$/,
      'func (l *Loader) loadPlugin(res *resource.Resource) (resmap.Configurable, error) {\n\treturn noPlugin{}, nil\n}\n',
      1,
    ],
    [
      ') (c resmap.Configurable, err error) {\n\tif isBuiltinPlugin(res) {',
      ') (c resmap.Configurable, err error) {\n\tif kind := runsSomething(res); kind != "" {\n\t\tresource.LeaveOut(fileOf(res), res.GetKind(), kind, shaping)\n\t\treturn noPlugin{}, nil\n\t}\n\tif isBuiltinPlugin(res) {',
      1,
    ],
    [
      'res *resource.Resource,\n) (*resmap.TransformerWithProperties, error) {\n',
      'res *resource.Resource,\n) (*resmap.TransformerWithProperties, error) {\n\tdefer loadShaping()()\n',
      1,
    ],
    [
      'Generator: g, Origin: generatorOrigin}',
      'Generator: g, Origin: generatorOrigin, Step: stepOf(res)}',
      1,
    ],
    [
      'Transformer: t, Origin: transformerOrigin}',
      'Transformer: t, Origin: transformerOrigin, Step: stepOf(res)}',
      1,
    ],
  ],
  // No network, no processes.
  'sigs.k8s.io/kustomize/api/internal/loader/fileloader.go': [
    ['\t"io"\n', '', 1],
    ['\t"net/http"\n', '', 1],
    ['\t// Used to load from HTTP\n\thttp *http.Client\n', '', 1],
    [
      /func \(fl \*FileLoader\) httpClientGetContent\([\s\S]*?\n\}\n/,
      'func (fl *FileLoader) httpClientGetContent(path string) ([]byte, error) {\n\tresource.LeaveOut(fl.root.String(), path, "remote", false)\n\treturn nil, errors.Errorf("%s is not fetched", path)\n}\n',
      1,
    ],
    [
      '\t"sigs.k8s.io/kustomize/api/internal/git"\n',
      '\t"sigs.k8s.io/kustomize/api/internal/git"\n\t"sigs.k8s.io/kustomize/api/resource"\n',
      1,
    ],
  ],
  'sigs.k8s.io/kustomize/api/internal/git/cloner.go': [
    [
      /func ClonerUsingGitExec\([\s\S]*?\n\}\n/,
      'func ClonerUsingGitExec(repoSpec *RepoSpec) error {\n\treturn errors.New(repoSpec.Raw() + " is not fetched")\n}\n',
      1,
    ],
    ['import (\n', 'import (\n\t"errors"\n', 1],
  ],
  // The schema that is built in is read once.
  'sigs.k8s.io/kustomize/kyaml/openapi/openapi.go': [
    ['bundle, err := decodeBuiltinBundle(compressed)', 'bundle, err := builtinBundle(compressed)', 1],
  ],
};

const helmStandIn = `package builtins

import "sigs.k8s.io/kustomize/api/resmap"

// Charts are left out before a generator for them is asked for.
type HelmChartInflationGeneratorPlugin struct{}

func (*HelmChartInflationGeneratorPlugin) Config(*resmap.PluginHelpers, []byte) error { return nil }
func (*HelmChartInflationGeneratorPlugin) Generate() (resmap.ResMap, error)           { return nil, nil }

func NewHelmChartInflationGeneratorPlugin() resmap.GeneratorPlugin {
	return &HelmChartInflationGeneratorPlugin{}
}
`;

/** Whole files that are replaced; null: left out. */
const files = {
  'sigs.k8s.io/kustomize/api/internal/builtins/HelmChartInflationGenerator.go': helmStandIn,
  'sigs.k8s.io/kustomize/api/internal/git/gitrunner.go': null,
  'sigs.k8s.io/kustomize/api/internal/plugins/loader/load_go_plugin.go': null,
  'sigs.k8s.io/kustomize/api/internal/plugins/loader/load_go_plugin_disabled.go': null,
  // Reading protobuf schemas, which nothing here does, takes a third of the module.
  'k8s.io/kube-openapi/pkg/validation/spec/gnostic.go': null,
  ...Object.fromEntries(
    [
      'cmdutils',
      'conv',
      'fileutils',
      'loading',
      'mangling',
      'netutils',
      'stringutils',
      'typeutils',
      'yamlutils',
    ].map((name) => [`github.com/go-openapi/swag/${name}_iface.go`, null]),
  ),
};

/** Files of ours that go into vendored packages. */
const additions = {
  'part.go': 'sigs.k8s.io/kustomize/api/resource',
  'trace.go': 'sigs.k8s.io/kustomize/api/resource',
  'record.go': 'sigs.k8s.io/kustomize/api/resource',
  'leave_out.go': 'sigs.k8s.io/kustomize/api/internal/target',
  'no_plugin.go': 'sigs.k8s.io/kustomize/api/internal/plugins/loader',
  'begin.go': 'sigs.k8s.io/kustomize/kyaml/openapi',
};

export function prepare(dir) {
  const vendor = join(dir, 'vendor');
  for (const [file, changes] of Object.entries(edits)) edit(join(vendor, file), changes);
  for (const [file, text] of Object.entries(files)) {
    const path = join(vendor, file);
    if (!existsSync(path)) throw new Error(`${file} is gone: adapt prepare.mjs`);
    if (text === null) rmSync(path);
    else writeFileSync(path, text);
  }
  for (const [file, folder] of Object.entries(additions))
    cpSync(join(dir, 'overlay', file), join(vendor, folder, file));
}

function edit(path, changes) {
  let text = readFileSync(path, 'utf8');
  for (const [old, replacement, times] of changes) {
    const parts = text.split(old);
    if (parts.length - 1 !== times) {
      throw new Error(
        `${path}: expected ${times} × ${JSON.stringify(String(old))}, found ${parts.length - 1}`,
      );
    }
    text = parts.join(replacement);
  }
  writeFileSync(path, text);
}
