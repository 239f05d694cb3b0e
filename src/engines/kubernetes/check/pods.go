package check

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/features"
)

var podStrategy = strategy[core.Pod]{
	prepare: func(obj, old *core.Pod) {
		if old != nil {
			obj.Status = old.Status
			podutil.DropDisabledPodFields(obj, old)
			return
		}
		obj.Status = core.PodStatus{Phase: core.PodPending}
		podutil.DropDisabledPodFields(obj, nil)
		mergeLabelKeys(obj)
		takeAppArmorAnnotations(obj)
	},
	validate: func(obj, old *core.Pod) field.ErrorList {
		if old == nil {
			options := podutil.GetValidationOptionsFromPodSpecAndMeta(&obj.Spec, nil, &obj.ObjectMeta, nil)
			options.ResourceIsPod = true
			return corevalidation.ValidatePodCreate(obj, options)
		}
		options := podutil.GetValidationOptionsFromPodSpecAndMeta(&obj.Spec, &old.Spec, &obj.ObjectMeta, &old.ObjectMeta)
		options.ResourceIsPod = true
		return corevalidation.ValidatePodUpdate(obj, old, options)
	},
	warn: func(obj, old *core.Pod) []string {
		if old != nil {
			return nil
		}
		return append(nameWarnings(obj.Name, podHostname), podutil.GetWarningsForPod(context.Background(), obj, nil)...)
	},
}

// mergeLabelKeys writes matchLabelKeys and mismatchLabelKeys into the selectors, as the server does for a new Pod.
func mergeLabelKeys(pod *core.Pod) {
	if affinity := pod.Spec.Affinity; affinity != nil && utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodAffinity) {
		for _, term := range podAffinityTerms(affinity) {
			requireLabels(term.LabelSelector, term.MatchLabelKeys, metav1.LabelSelectorOpIn, pod.Labels)
			requireLabels(term.LabelSelector, term.MismatchLabelKeys, metav1.LabelSelectorOpNotIn, pod.Labels)
		}
	}
	if utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodTopologySpread) &&
		utilfeature.DefaultFeatureGate.Enabled(features.MatchLabelKeysInPodTopologySpreadSelectorMerge) {
		for _, constraint := range pod.Spec.TopologySpreadConstraints {
			requireLabels(constraint.LabelSelector, constraint.MatchLabelKeys, metav1.LabelSelectorOpIn, pod.Labels)
		}
	}
}

func podAffinityTerms(affinity *core.Affinity) (terms []*core.PodAffinityTerm) {
	add := func(required []core.PodAffinityTerm, preferred []core.WeightedPodAffinityTerm) {
		for i := range required {
			terms = append(terms, &required[i])
		}
		for i := range preferred {
			terms = append(terms, &preferred[i].PodAffinityTerm)
		}
	}
	if to := affinity.PodAffinity; to != nil {
		add(to.RequiredDuringSchedulingIgnoredDuringExecution, to.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if from := affinity.PodAntiAffinity; from != nil {
		add(from.RequiredDuringSchedulingIgnoredDuringExecution, from.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	return terms
}

// An absent selector selects nothing and stays so.
func requireLabels(selector *metav1.LabelSelector, keys []string, operator metav1.LabelSelectorOperator, labels map[string]string) {
	if selector == nil {
		return
	}
	for _, key := range keys {
		if value, set := labels[key]; set {
			selector.MatchExpressions = append(selector.MatchExpressions,
				metav1.LabelSelectorRequirement{Key: key, Operator: operator, Values: []string{value}})
		}
	}
}

// takeAppArmorAnnotations copies the deprecated annotations into the fields that took their place in 1.30.
func takeAppArmorAnnotations(pod *core.Pod) {
	if pod.Spec.OS != nil && pod.Spec.OS.Name == core.Windows {
		return
	}
	var ofPod *core.AppArmorProfile
	if pod.Spec.SecurityContext != nil {
		ofPod = pod.Spec.SecurityContext.AppArmorProfile
	}
	podutil.VisitContainers(&pod.Spec, podutil.AllFeatureEnabledContainers(), func(container *core.Container, _ podutil.ContainerType) bool {
		annotation, set := pod.Annotations[core.DeprecatedAppArmorAnnotationKeyPrefix+container.Name]
		if !set || (container.SecurityContext != nil && container.SecurityContext.AppArmorProfile != nil) {
			return true
		}
		profile := podutil.ApparmorFieldForAnnotation(annotation)
		if len(corevalidation.ValidateAppArmorProfileField(profile, &field.Path{})) > 0 || profile == nil || same(profile, ofPod) {
			return true
		}
		if container.SecurityContext == nil {
			container.SecurityContext = &core.SecurityContext{}
		}
		container.SecurityContext.AppArmorProfile = profile
		return true
	})
}
