package check

import (
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/policy"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
)

var budgetStrategy = strategy[policy.PodDisruptionBudget]{
	prepare: func(obj, old *policy.PodDisruptionBudget) {
		obj.Status = policy.PodDisruptionBudgetStatus{}
		if old != nil {
			obj.Status = old.Status
		}
	},
	validate: func(obj, old *policy.PodDisruptionBudget) field.ErrorList {
		return policyvalidation.ValidatePodDisruptionBudget(obj, policyvalidation.PodDisruptionBudgetValidationOptions{
			AllowInvalidLabelValueInSelector: old != nil && budgetSelectorWasInvalid(old),
		})
	},
	warn: func(_, _ *policy.PodDisruptionBudget) []string { return nil },
}

func budgetSelectorWasInvalid(budget *policy.PodDisruptionBudget) bool {
	return budget.Spec.Selector != nil &&
		len(metav1validation.ValidateLabelSelector(budget.Spec.Selector, metav1validation.LabelSelectorValidationOptions{}, nil)) > 0
}
