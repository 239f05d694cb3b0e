package check

import (
	"errors"

	"k8s.io/apimachinery/pkg/util/version"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/component-base/featuregate"
	"k8s.io/kubernetes/pkg/capabilities"
	_ "k8s.io/kubernetes/pkg/features" // registers the gates
)

var (
	newestGates    = utilfeature.DefaultMutableFeatureGate.DeepCopy()
	gatesOfVersion = map[string]featuregate.MutableVersionedFeatureGate{"": newestGates}
)

// Whether privileged containers are allowed is a flag of the server that nearly every cluster sets.
func init() { capabilities.Setup(true, 0) }

// useGates makes validation see the feature gates as the given Kubernetes minor sets them by default.
// A minor newer than this engine is judged by the engine's own.
func useGates(minor string) error {
	gates, known := gatesOfVersion[minor]
	if !known {
		wanted, err := version.ParseMajorMinor(minor)
		if err != nil {
			return errors.New(`a Kubernetes version is written like "1.34"`)
		}
		gates = newestGates
		if wanted.LessThan(newestGates.EmulationVersion()) {
			gates = newestGates.DeepCopy()
			if err := gates.SetEmulationVersion(wanted); err != nil {
				return errors.New("this Kubernetes version cannot be emulated")
			}
		}
		gatesOfVersion[minor] = gates
	}
	utilfeature.DefaultMutableFeatureGate, utilfeature.DefaultFeatureGate = gates, gates
	return nil
}
