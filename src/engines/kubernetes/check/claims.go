package check

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	claimutil "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
)

var claimStrategy = strategy[core.PersistentVolumeClaim]{
	// A claim in use is bound, and its volume has the size that was asked for.
	stored: func(old, _ *core.PersistentVolumeClaim) {
		old.Status.Phase = core.ClaimBound
		old.Status.Capacity = old.Spec.Resources.Requests.DeepCopy()
	},
	prepare: func(obj, old *core.PersistentVolumeClaim) {
		obj.Status = core.PersistentVolumeClaimStatus{}
		var oldSpec *core.PersistentVolumeClaimSpec
		if old != nil {
			obj.Status = old.Status
			oldSpec = &old.Spec
		}
		claimutil.DropDisabledFields(&obj.Spec, oldSpec)
		claimutil.EnforceDataSourceBackwardsCompatibility(&obj.Spec, oldSpec)
		claimutil.NormalizeDataSources(&obj.Spec)
	},
	validate: func(obj, old *core.PersistentVolumeClaim) field.ErrorList {
		options := corevalidation.ValidationOptionsForPersistentVolumeClaim(obj, old)
		if old == nil {
			return corevalidation.ValidatePersistentVolumeClaim(obj, options)
		}
		return corevalidation.ValidatePersistentVolumeClaimUpdate(obj, old, options)
	},
	warn: func(obj, _ *core.PersistentVolumeClaim) []string {
		return claimutil.GetWarningsForPersistentVolumeClaim(obj)
	},
}
