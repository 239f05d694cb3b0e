package check

import (
	"context"
	"slices"
	"strings"
	_ "time/tzdata" // for the time zone of a CronJob: the sandbox has no files

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	jobutil "k8s.io/kubernetes/pkg/api/job"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/batch"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/features"
)

var jobStrategy = strategy[batch.Job]{
	prepare: func(obj, old *batch.Job) {
		// A live Job carries the generated selector, and a client that applies a manifest leaves it in place.
		if !*obj.Spec.ManualSelector {
			generateSelector(obj)
		}
		dropDisabledJobFields(obj, old)
		if old == nil {
			obj.Status = batch.JobStatus{}
			podutil.DropDisabledTemplateFields(&obj.Spec.Template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(&obj.Spec.Template, &old.Spec.Template)
	},
	validate: func(obj, old *batch.Job) field.ErrorList {
		options := jobOptions(obj, old)
		errors := batchvalidation.ValidateJob(obj, options)
		if old != nil {
			errors = append(errors, batchvalidation.ValidateJobUpdate(obj, old, options)...)
		}
		return errors
	},
	warn: func(obj, old *batch.Job) []string {
		if old == nil {
			return append(nameWarnings(obj.Name, podNames), jobutil.WarningsForJobSpec(context.Background(), specPath, &obj.Spec, nil)...)
		}
		if same(obj.Spec, old.Spec) {
			return nil
		}
		return jobutil.WarningsForJobSpec(context.Background(), specPath, &obj.Spec, &old.Spec)
	},
}

func dropDisabledJobFields(obj, old *batch.Job) {
	enabled := utilfeature.DefaultFeatureGate.Enabled
	if !enabled(features.JobManagedBy) && old == nil {
		obj.Spec.ManagedBy = nil
	}
	if !enabled(features.JobSuccessPolicy) && (old == nil || old.Spec.SuccessPolicy == nil) {
		obj.Spec.SuccessPolicy = nil
	}
	if !enabled(features.JobPodReplacementPolicy) && (old == nil || old.Spec.PodReplacementPolicy == nil) {
		obj.Spec.PodReplacementPolicy = nil
	}
	if enabled(features.JobBackoffLimitPerIndex) {
		return
	}
	if old == nil || old.Spec.BackoffLimitPerIndex == nil {
		obj.Spec.BackoffLimitPerIndex = nil
	}
	if old == nil || old.Spec.MaxFailedIndexes == nil {
		obj.Spec.MaxFailedIndexes = nil
	}
	if policy := obj.Spec.PodFailurePolicy; policy != nil && old == nil {
		policy.Rules = slices.DeleteFunc(policy.Rules, func(rule batch.PodFailurePolicyRule) bool {
			return rule.Action == batch.PodFailurePolicyActionFailIndex
		})
	}
}

// jobOptions: whether a suspended Job of the base has ever started is not known, so it may not have.
func jobOptions(obj, old *batch.Job) batchvalidation.JobValidationOptions {
	if old == nil {
		return batchvalidation.JobValidationOptions{
			PodValidationOptions:  templateOptions(&obj.Spec.Template, nil),
			RequirePrefixedLabels: true,
		}
	}
	options := batchvalidation.JobValidationOptions{
		PodValidationOptions:  templateOptions(&obj.Spec.Template, &old.Spec.Template),
		RequirePrefixedLabels: hasPrefixedLabels(old),
	}
	options.AllowInvalidLabelValueInSelector = options.AllowInvalidLabelValueInSelector || selectorWasInvalid(old.Spec.Selector)
	suspended := old.Spec.Suspend != nil && *old.Spec.Suspend
	options.AllowMutableSchedulingDirectives = suspended
	options.AllowMutablePodResources = suspended && utilfeature.DefaultFeatureGate.Enabled(features.MutablePodResourcesForSuspendedJobs)
	return options
}

func hasPrefixedLabels(job *batch.Job) bool {
	_, hasName := job.Spec.Template.Labels[batch.JobNameLabel]
	_, hasUID := job.Spec.Template.Labels[batch.ControllerUidLabel]
	return hasName && hasUID
}

// generateSelector adds the labels and the selector that make a Job's Pods its own, where they are not set.
func generateSelector(job *batch.Job) {
	labels := &job.Spec.Template.Labels
	setMissing(labels, batch.LegacyJobNameLabel, job.Name)
	setMissing(labels, batch.JobNameLabel, job.Name)
	setMissing(labels, batch.LegacyControllerUidLabel, string(job.UID))
	setMissing(labels, batch.ControllerUidLabel, string(job.UID))
	if job.Spec.Selector == nil {
		job.Spec.Selector = &metav1.LabelSelector{}
	}
	setMissing(&job.Spec.Selector.MatchLabels, batch.ControllerUidLabel, string(job.UID))
}

func setMissing(labels *map[string]string, key, value string) {
	if *labels == nil {
		*labels = map[string]string{}
	}
	if _, set := (*labels)[key]; !set {
		(*labels)[key] = value
	}
}

var cronJobStrategy = strategy[batch.CronJob]{
	prepare: func(obj, old *batch.CronJob) {
		template := &obj.Spec.JobTemplate.Spec.Template
		if old == nil {
			obj.Status = batch.CronJobStatus{}
			podutil.DropDisabledTemplateFields(template, nil)
			return
		}
		obj.Status = old.Status
		podutil.DropDisabledTemplateFields(template, &old.Spec.JobTemplate.Spec.Template)
	},
	validate: func(obj, old *batch.CronJob) field.ErrorList {
		template := &obj.Spec.JobTemplate.Spec.Template
		if old == nil {
			return batchvalidation.ValidateCronJobCreate(obj, templateOptions(template, nil))
		}
		return batchvalidation.ValidateCronJobUpdate(obj, old, templateOptions(template, &old.Spec.JobTemplate.Spec.Template))
	},
	warn: cronJobWarnings,
}

func cronJobWarnings(obj, old *batch.CronJob) (warnings []string) {
	at := field.NewPath("spec", "jobTemplate", "spec")
	if old == nil {
		return append(nameWarnings(obj.Name, podNames),
			jobutil.WarningsForJobSpec(context.Background(), at, &obj.Spec.JobTemplate.Spec, nil)...)
	}
	if !same(obj.Spec, old.Spec) {
		warnings = jobutil.WarningsForJobSpec(context.Background(), at, &obj.Spec.JobTemplate.Spec, &old.Spec.JobTemplate.Spec)
	}
	if strings.Contains(obj.Spec.Schedule, "TZ") {
		warnings = append(warnings, "spec.schedule: cannot use TZ or CRON_TZ, use timeZone instead")
	}
	return warnings
}
