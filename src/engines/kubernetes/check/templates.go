package check

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	podutil "k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/core"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
)

var (
	specPath     = field.NewPath("spec")
	templatePath = field.NewPath("spec", "template")
)

func templateOptions(template, old *core.PodTemplateSpec) corevalidation.PodValidationOptions {
	return podutil.GetValidationOptionsFromPodTemplate(template, old)
}

// A selector that was stored with a label value that is invalid today may stay so.
func selectorWasInvalid(selector *metav1.LabelSelector) bool {
	return metav1validation.LabelSelectorHasInvalidLabelValue(selector)
}

func templateWarnings(at *field.Path, template, old *core.PodTemplateSpec) []string {
	return podutil.GetWarningsForPodTemplate(context.Background(), at, template, old)
}

// The strategies append the rule's own explanation, which the words here leave out.
func nameWarnings(name, usedIn string) []string {
	if len(validation.IsDNS1123Label(name)) == 0 {
		return nil
	}
	return []string{"metadata.name: this is used in " + usedIn + ", which can result in surprising behavior; a DNS label is recommended"}
}

const (
	podNames    = "Pod names and hostnames"
	podHostname = "the Pod's hostname"
)
