package target

import (
	"path/filepath"

	"sigs.k8s.io/kustomize/api/internal/git"
	load "sigs.k8s.io/kustomize/api/internal/loader"
	"sigs.k8s.io/kustomize/api/internal/plugins/builtinhelpers"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"
)

// leaveOutRemote says whether a resource or component would have to be fetched. What is there as a file is not fetched,
// as in accumulateResources.
func (kt *KustTarget) leaveOutRemote(path string, isComponent bool) bool {
	if !load.IsRemoteFile(path) {
		if _, err := git.NewRepoSpecFromURL(path); err != nil {
			return false
		}
		if _, err := kt.ldr.Load(path); err == nil {
			return false
		}
	}
	resource.LeaveOut(kt.place(kt.kustFileName), path, "remote", isComponent)
	return true
}

func (kt *KustTarget) leaveOutChart(chart types.HelmChart) bool {
	resource.LeaveOut(kt.place(kt.kustFileName), chart.Name, "helm", false)
	return true
}

func (kt *KustTarget) step(kind builtinhelpers.BuiltinPluginType, index int) *resource.Step {
	return &resource.Step{File: kt.place(kt.kustFileName), Kind: kind.String(), Index: index}
}

// place is the path of a file from the root of the file system.
func (kt *KustTarget) place(path string) string {
	return filepath.Join(kt.ldr.Root(), path)
}

// fail notes a step that cannot even be set up; which of its kind is not told.
func (kt *KustTarget) fail(kind builtinhelpers.BuiltinPluginType) { resource.Fail(kt.step(kind, -1)) }
