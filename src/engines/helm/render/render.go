package render

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
)

// renderChart does what `helm template` does, in its order, so that the same thing fails first.
func renderChart(in *request, out *answer) error {
	capabilities, err := capabilitiesOf(in)
	if err != nil {
		return err
	}
	values, err := mergeValues(in.values)
	if err != nil {
		return err
	}
	if in.Lenient {
		return renderLeniently(in, capabilities, values, out)
	}
	t, err := load(in.chartFiles())
	if err != nil {
		return locateLoad(err)
	}
	if err := checkInstallable(t.Chart); err != nil {
		return err
	}
	if err := chartutil.ValidateReleaseName(in.ReleaseName); err != nil {
		return fmt.Errorf("release name check failed: release name %q: %w", in.ReleaseName, err)
	}
	if err := chartutil.ProcessDependencies(t.Chart, values); err != nil {
		return fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	top, err := renderValues(in, capabilities, t.Chart, values)
	if err != nil {
		return err
	}
	files := t.templateFiles()
	tr := &trace{files: files}
	rendered, err := tr.execute(in, t.Chart, top)
	if engine.WithheldTouched || err != nil && len(in.Withheld) > 0 {
		return &failure{Message: "a template looks at files that were withheld", Reason: "withheld"}
	}
	if err != nil {
		return files.locate(err)
	}
	return writeDocuments(in, t, tr, rendered, out)
}

func mergeValues(files []namedBytes) (map[string]any, error) {
	values := map[string]any{}
	for _, f := range files {
		read, err := loader.LoadValues(bytes.NewReader(f.data))
		if err != nil {
			return nil, inFile(f.name, fmt.Errorf("failed to parse %s: %w", f.name, err))
		}
		values = loader.MergeMaps(values, read)
	}
	return values, nil
}

func checkInstallable(c *chart.Chart) error {
	if kind := c.Metadata.Type; kind != "" && kind != "application" {
		return unsupported(fmt.Sprintf("%s charts are not installable", kind))
	}
	if c.Metadata.Deprecated {
		slog.Warn("this chart is deprecated")
	}
	var missing []string
	for _, wanted := range c.Metadata.Dependencies {
		here := func(d *chart.Chart) bool { return d.Name() == wanted.Name }
		if !slices.ContainsFunc(c.Dependencies(), here) {
			missing = append(missing, wanted.Name)
		}
	}
	if len(missing) > 0 {
		return missingDependencies(missing)
	}
	return nil
}

func renderValues(in *request, capabilities *common.Capabilities, c *chart.Chart, values map[string]any) (common.Values, error) {
	release := common.ReleaseOptions{
		Name: in.ReleaseName, Namespace: in.Namespace, Revision: 1,
		IsInstall: !in.IsUpgrade, IsUpgrade: in.IsUpgrade,
	}
	top, err := util.ToRenderValuesWithSchemaValidation(c, values, release, capabilities, false)
	if err != nil {
		return nil, err
	}
	wanted := c.Metadata.KubeVersion
	if wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)
	}
	return top, nil
}

func capabilitiesOf(in *request) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if in.KubeVersion != "" {
		version, err := common.ParseKubeVersion(in.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", in.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	if len(in.Served) > 0 {
		capabilities.APIVersions = in.Served
	}
	capabilities.APIVersions = slices.Concat(capabilities.APIVersions, in.APIVersions)
	return capabilities, nil
}

// execute runs the templates with the zero engine: no cluster to look things up in, no DNS.
func (t *trace) execute(in *request, c *chart.Chart, top common.Values) (map[string]string, error) {
	engine.WithheldTouched = false
	if in.Trace {
		t.tracer = engine.StartTrace()
		defer engine.StopTrace()
	}
	if in.Trace && in.Reads {
		engine.ForgetNodes()
		values, _ := top.Table("Values")
		t.reads = engine.StartReads(values)
		defer engine.StopReads()
	}
	rendered, err := engine.Engine{}.Render(c, top)
	for name := range rendered {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(rendered, name)
		}
	}
	return rendered, err
}

// writeDocuments gives CRDs, manifests in install order, then hooks: the order of `helm template`.
func writeDocuments(in *request, t *tree, tr *trace, rendered map[string]string, out *answer) error {
	hooks, manifests, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return tr.locateYAML(rendered, tr.files.locate(err))
	}
	if in.IncludeCRDs {
		for _, crd := range t.CRDObjects() {
			out.add(documentHeader{crd.Filename, "crd", t.path(crd.File)}, string(crd.File.Data))
		}
	}
	for _, m := range manifests {
		out.add(documentHeader{m.Name, "manifest", tr.files.path(m.Name)}, m.Content)
	}
	for _, h := range hooks {
		out.add(documentHeader{h.Path, "hook", tr.files.path(h.Path)}, h.Manifest)
	}
	if in.Trace {
		tr.write(rendered, out)
	}
	return nil
}

func (a *answer) add(header documentHeader, text string) {
	a.Documents = append(a.Documents, header)
	a.addBlob([]byte(text))
}
