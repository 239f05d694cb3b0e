package check

import (
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/features"
)

var autoscalerStrategy = strategy[autoscaling.HorizontalPodAutoscaler]{
	prepare: func(obj, old *autoscaling.HorizontalPodAutoscaler) {
		obj.Status = autoscaling.HorizontalPodAutoscalerStatus{}
		if old != nil {
			obj.Status = old.Status
		}
		if !utilfeature.DefaultFeatureGate.Enabled(features.HPAConfigurableTolerance) && !usesTolerance(old) {
			for _, rules := range scalingRules(obj) {
				rules.Tolerance = nil
			}
		}
	},
	validate: func(obj, old *autoscaling.HorizontalPodAutoscaler) field.ErrorList {
		if old == nil {
			return autoscalingvalidation.ValidateHorizontalPodAutoscaler(obj, autoscalerOptions(obj, nil))
		}
		return autoscalingvalidation.ValidateHorizontalPodAutoscalerUpdate(obj, old, autoscalerOptions(obj, old))
	},
	warn: func(_, _ *autoscaling.HorizontalPodAutoscaler) []string { return nil },
}

func autoscalerOptions(obj, old *autoscaling.HorizontalPodAutoscaler) autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions {
	options := autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions{
		MinReplicasLowerBound:          1,
		ObjectMetricsValidationOptions: autoscalingvalidation.CrossVersionObjectReferenceValidationOptions{AllowEmptyAPIGroup: true},
	}
	if utilfeature.DefaultFeatureGate.Enabled(features.HPAScaleToZero) || scalesToZero(old) {
		options.MinReplicasLowerBound = 0
	}
	target := &options.ScaleTargetRefValidationOptions
	if old != nil && sameTargetKind(obj.Spec.ScaleTargetRef, old.Spec.ScaleTargetRef) {
		target.AllowInvalidAPIVersion = true
	} else if obj.Spec.ScaleTargetRef.Kind == "ReplicationController" { // the one scalable kind of the core group
		target.AllowEmptyAPIGroup = true
	}
	options.ObjectMetricsValidationOptions.AllowInvalidAPIVersion = hasInvalidMetric(old, options.ObjectMetricsValidationOptions)
	return options
}

func scalesToZero(autoscaler *autoscaling.HorizontalPodAutoscaler) bool {
	return autoscaler != nil && autoscaler.Spec.MinReplicas != nil && *autoscaler.Spec.MinReplicas == 0
}

func sameTargetKind(a, b autoscaling.CrossVersionObjectReference) bool {
	return a.APIVersion == b.APIVersion && a.Kind == b.Kind
}

func hasInvalidMetric(autoscaler *autoscaling.HorizontalPodAutoscaler, options autoscalingvalidation.CrossVersionObjectReferenceValidationOptions) bool {
	if autoscaler == nil {
		return false
	}
	for _, metric := range autoscaler.Spec.Metrics {
		if metric.Type == autoscaling.ObjectMetricSourceType && metric.Object != nil &&
			autoscalingvalidation.ValidateAPIVersion(metric.Object.DescribedObject, options) != nil {
			return true
		}
	}
	return false
}

func scalingRules(autoscaler *autoscaling.HorizontalPodAutoscaler) (rules []*autoscaling.HPAScalingRules) {
	if autoscaler == nil || autoscaler.Spec.Behavior == nil {
		return nil
	}
	for _, rule := range []*autoscaling.HPAScalingRules{autoscaler.Spec.Behavior.ScaleDown, autoscaler.Spec.Behavior.ScaleUp} {
		if rule != nil {
			rules = append(rules, rule)
		}
	}
	return rules
}

func usesTolerance(autoscaler *autoscaling.HorizontalPodAutoscaler) bool {
	for _, rule := range scalingRules(autoscaler) {
		if rule.Tolerance != nil {
			return true
		}
	}
	return false
}
