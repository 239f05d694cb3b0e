package check

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	claimutil "k8s.io/kubernetes/pkg/api/persistentvolumeclaim"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/features"
)

var deploymentStrategy = strategy[apps.Deployment]{
	prepare: func(obj, old *apps.Deployment) {
		if old == nil {
			obj.Status = apps.DeploymentStatus{}
			podutil.DropDisabledTemplateFields(&obj.Spec.Template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(&obj.Spec.Template, &old.Spec.Template)
	},
	validate: func(obj, old *apps.Deployment) field.ErrorList {
		if old == nil {
			return appsvalidation.ValidateDeployment(obj, templateOptions(&obj.Spec.Template, nil))
		}
		return appsvalidation.ValidateDeploymentUpdate(obj, old, templateOptions(&obj.Spec.Template, &old.Spec.Template))
	},
	warn: func(obj, old *apps.Deployment) []string {
		if old == nil {
			return append(nameWarnings(obj.Name, podNames), templateWarnings(templatePath, &obj.Spec.Template, nil)...)
		}
		if same(obj.Spec, old.Spec) && same(obj.Annotations, old.Annotations) {
			return nil
		}
		return templateWarnings(templatePath, &obj.Spec.Template, &old.Spec.Template)
	},
}

var replicaSetStrategy = strategy[apps.ReplicaSet]{
	prepare: func(obj, old *apps.ReplicaSet) {
		if old == nil {
			obj.Status = apps.ReplicaSetStatus{}
			podutil.DropDisabledTemplateFields(&obj.Spec.Template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(&obj.Spec.Template, &old.Spec.Template)
	},
	validate: func(obj, old *apps.ReplicaSet) field.ErrorList {
		if old == nil {
			return appsvalidation.ValidateReplicaSet(obj, templateOptions(&obj.Spec.Template, nil))
		}
		return appsvalidation.ValidateReplicaSetUpdate(obj, old, templateOptions(&obj.Spec.Template, &old.Spec.Template))
	},
	warn: func(obj, old *apps.ReplicaSet) []string {
		if old == nil {
			return append(nameWarnings(obj.Name, podNames), templateWarnings(templatePath, &obj.Spec.Template, nil)...)
		}
		if same(obj.Spec, old.Spec) {
			return nil
		}
		return templateWarnings(templatePath, &obj.Spec.Template, &old.Spec.Template)
	},
}

var daemonSetStrategy = strategy[apps.DaemonSet]{
	prepare: func(obj, old *apps.DaemonSet) {
		if old == nil {
			obj.Status = apps.DaemonSetStatus{}
			obj.Spec.TemplateGeneration = max(obj.Spec.TemplateGeneration, 1)
			podutil.DropDisabledTemplateFields(&obj.Spec.Template, nil)
			return
		}
		podutil.DropDisabledTemplateFields(&obj.Spec.Template, &old.Spec.Template)
		obj.Status = old.Status
		obj.Spec.TemplateGeneration = old.Spec.TemplateGeneration
		if !same(old.Spec.Template, obj.Spec.Template) {
			obj.Spec.TemplateGeneration++
		}
	},
	validate: func(obj, old *apps.DaemonSet) field.ErrorList {
		if old == nil {
			return appsvalidation.ValidateDaemonSet(obj, templateOptions(&obj.Spec.Template, nil))
		}
		options := templateOptions(&obj.Spec.Template, &old.Spec.Template)
		options.AllowInvalidLabelValueInSelector = options.AllowInvalidLabelValueInSelector || selectorWasInvalid(old.Spec.Selector)
		return appsvalidation.ValidateDaemonSetUpdate(obj, old, options)
	},
	warn: func(obj, old *apps.DaemonSet) []string {
		if old == nil {
			return templateWarnings(templatePath, &obj.Spec.Template, nil)
		}
		if obj.Spec.TemplateGeneration == old.Spec.TemplateGeneration {
			return nil
		}
		return templateWarnings(templatePath, &obj.Spec.Template, &old.Spec.Template)
	},
}

var statefulSetStrategy = strategy[apps.StatefulSet]{
	prepare: func(obj, old *apps.StatefulSet) {
		dropMaxUnavailable(obj, old)
		if old == nil {
			obj.Status = apps.StatefulSetStatus{}
			podutil.DropDisabledTemplateFields(&obj.Spec.Template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(&obj.Spec.Template, &old.Spec.Template)
	},
	validate: func(obj, old *apps.StatefulSet) field.ErrorList {
		if old == nil {
			return appsvalidation.ValidateStatefulSet(obj, templateOptions(&obj.Spec.Template, nil))
		}
		return appsvalidation.ValidateStatefulSetUpdate(obj, old, templateOptions(&obj.Spec.Template, &old.Spec.Template))
	},
	warn: statefulSetWarnings,
}

func statefulSetWarnings(obj, old *apps.StatefulSet) (warnings []string) {
	if old == nil {
		warnings = templateWarnings(templatePath, &obj.Spec.Template, nil)
	} else if !same(obj.Spec, old.Spec) {
		warnings = templateWarnings(templatePath, &obj.Spec.Template, &old.Spec.Template)
	}
	for i, claim := range obj.Spec.VolumeClaimTemplates {
		at := specPath.Child("volumeClaimTemplates").Index(i).Child("spec")
		warnings = append(warnings, claimutil.GetWarningsForPersistentVolumeClaimSpec(at, claim.Spec)...)
	}
	if limit := obj.Spec.RevisionHistoryLimit; limit != nil && *limit < 0 {
		warnings = append(warnings, "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended")
	}
	return warnings
}

func dropMaxUnavailable(obj, old *apps.StatefulSet) {
	inUse := old != nil && old.Spec.UpdateStrategy.RollingUpdate != nil && old.Spec.UpdateStrategy.RollingUpdate.MaxUnavailable != nil
	enabled := utilfeature.DefaultFeatureGate.Enabled(features.MaxUnavailableStatefulSet)
	if rolling := obj.Spec.UpdateStrategy.RollingUpdate; rolling != nil && !enabled && !inUse {
		rolling.MaxUnavailable = nil
	}
}

var replicationControllerStrategy = strategy[core.ReplicationController]{
	prepare: func(obj, old *core.ReplicationController) {
		if old == nil {
			obj.Status = core.ReplicationControllerStatus{}
			podutil.DropDisabledTemplateFields(obj.Spec.Template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(obj.Spec.Template, old.Spec.Template)
	},
	validate: func(obj, old *core.ReplicationController) field.ErrorList {
		if old == nil {
			return corevalidation.ValidateReplicationController(obj, templateOptions(obj.Spec.Template, nil))
		}
		return corevalidation.ValidateReplicationControllerUpdate(obj, old, templateOptions(obj.Spec.Template, old.Spec.Template))
	},
	warn: func(obj, old *core.ReplicationController) []string {
		if old == nil {
			return append(nameWarnings(obj.Name, podNames), templateWarnings(templatePath, obj.Spec.Template, nil)...)
		}
		if same(obj.Spec, old.Spec) {
			return nil
		}
		return templateWarnings(templatePath, obj.Spec.Template, old.Spec.Template)
	},
}

var podTemplateStrategy = strategy[core.PodTemplate]{
	prepare: func(obj, old *core.PodTemplate) {
		if old == nil {
			podutil.DropDisabledTemplateFields(&obj.Template, nil)
			return
		}
		podutil.DropDisabledTemplateFields(&obj.Template, &old.Template)
	},
	validate: func(obj, old *core.PodTemplate) field.ErrorList {
		if old == nil {
			return corevalidation.ValidatePodTemplate(obj, templateOptions(&obj.Template, nil))
		}
		return corevalidation.ValidatePodTemplateUpdate(obj, old, templateOptions(&obj.Template, &old.Template))
	},
	warn: func(obj, old *core.PodTemplate) []string {
		at := field.NewPath("template")
		if old == nil {
			return templateWarnings(at, &obj.Template, nil)
		}
		if same(obj.Template, old.Template) {
			return nil
		}
		return templateWarnings(at, &obj.Template, &old.Template)
	},
}
