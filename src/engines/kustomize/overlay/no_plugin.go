package loader

import (
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

// noPlugin stands for a function, an executable or a Helm chart: nothing is run.
type noPlugin struct{}

func (noPlugin) Config(*resmap.PluginHelpers, []byte) error { return nil }
func (noPlugin) Generate() (resmap.ResMap, error)           { return nil, nil }
func (noPlugin) Transform(resmap.ResMap) error              { return nil }

// shaping: the plug-in that is being loaded is a transformer, and no validator, which changes nothing.
var shaping, validating bool

func loadShaping() (done func()) {
	shaping = !validating
	return func() { shaping = false }
}

// Validating tells that the transformers to be loaded are validators.
func Validating(yes bool) { validating = yes }

// runsSomething says what a plug-in would run; empty for those that are built in and only compute.
func runsSomething(res *resource.Resource) string {
	switch {
	case !isBuiltinPlugin(res):
		return "function"
	case res.GetKind() == "HelmChartInflationGenerator":
		return "helm"
	}
	return ""
}

func stepOf(res *resource.Resource) *resource.Step {
	return &resource.Step{File: fileOf(res), Kind: res.GetKind()}
}

func fileOf(res *resource.Resource) string {
	if res.Trace == nil {
		return konfig.DefaultKustomizationFileName()
	}
	return res.Trace.File
}
