package check

import (
	"encoding/json"
	"reflect"

	"k8s.io/apimachinery/pkg/api/equality"
	genericvalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	strictjson "sigs.k8s.io/json"
)

// strategy is the part of a registry strategy of the API server (pkg/registry/*/*/strategy.go) that decides
// about an object. `old` is nil when the object is created.
type strategy[Internal any] struct {
	// stored brings the object of the base into the state that a running cluster would hold; may be nil.
	stored   func(old, next *Internal)
	prepare  func(obj, old *Internal)
	validate func(obj, old *Internal) field.ErrorList
	warn     func(obj, old *Internal) []string
}

// kindOf joins a versioned type, its generated defaults and conversion, and the strategy of its internal type.
type kindOf[Versioned, Internal any] struct {
	defaults func(*Versioned)
	convert  func(*Versioned, *Internal, conversion.Scope) error
	strategy[Internal]
}

func (k kindOf[Versioned, Internal]) versioned() reflect.Type { return reflect.TypeFor[Versioned]() }

func (k kindOf[Versioned, Internal]) check(manifest, oldManifest []byte) (found verdict) {
	obj, found := k.decode(manifest)
	if obj == nil {
		return found
	}
	old := k.storedObject(oldManifest, obj)
	metadata, oldMetadata := metadataOf(obj), metadataOf(old)
	if old == nil {
		k.prepare(obj, nil)
		found.errors = k.validate(obj, nil)
		// The server looks at the common metadata last, "so that specific error messages are shown".
		if len(found.errors) == 0 {
			found.errors = commonMetadataErrors(metadata)
		}
	} else {
		metadata.SetResourceVersion(oldMetadata.GetResourceVersion())
		metadata.SetGeneration(oldMetadata.GetGeneration())
		k.prepare(obj, old)
		found.errors = append(commonMetadataErrors(metadata),
			genericvalidation.ValidateObjectMetaAccessorUpdate(metadata, oldMetadata, metadataPath)...)
		found.errors = append(found.errors, k.validate(obj, old)...)
	}
	// A refused object gets no warnings from the server either.
	if len(found.errors) == 0 {
		found.warnings = k.warn(obj, old)
	}
	return found
}

// decode answers no object when the manifest cannot be decoded at all.
func (k kindOf[Versioned, Internal]) decode(manifest []byte) (*Internal, verdict) {
	var versioned Versioned
	strict, err := strictjson.UnmarshalStrict(manifest, &versioned)
	if err != nil {
		return nil, verdict{decoding: []Problem{undecodable(manifest, k.versioned())}}
	}
	found := verdict{decoding: strictProblems(strict, k.versioned())}
	k.defaults(&versioned)
	found.defaulted = withoutStatus(versioned)
	obj := new(Internal)
	if err := k.convert(&versioned, obj, nil); err != nil {
		return nil, verdict{decoding: []Problem{{Type: typeDecode, Detail: "this version of the kind cannot hold the object"}}}
	}
	fillSystemMetadata(metadataOf(obj))
	return obj, found
}

// storedObject is nil for a create, and when the base holds nothing that the server would have stored.
func (k kindOf[Versioned, Internal]) storedObject(manifest []byte, next *Internal) *Internal {
	if manifest == nil {
		return nil
	}
	old, _ := k.decode(manifest)
	if old == nil {
		return nil
	}
	k.prepare(old, nil)
	metadataOf(old).SetResourceVersion("1")
	if k.stored != nil {
		k.stored(old, next)
	}
	return old
}

func metadataOf[Internal any](obj *Internal) metav1.Object {
	if obj == nil {
		return nil
	}
	return any(obj).(metav1.Object)
}

// What the server fills in before it validates. The suffix of a generated name is five characters long.
func fillSystemMetadata(metadata metav1.Object) {
	if metadata.GetNamespace() == "" {
		metadata.SetNamespace(metav1.NamespaceDefault)
	}
	if metadata.GetName() == "" && metadata.GetGenerateName() != "" {
		metadata.SetName(metadata.GetGenerateName() + "xxxxx")
	}
	metadata.SetUID(types.UID("00000000-0000-4000-8000-000000000001"))
	metadata.SetCreationTimestamp(metav1.Unix(1, 0))
	metadata.SetResourceVersion("")
	metadata.SetGeneration(1)
}

var metadataPath = field.NewPath("metadata")

func commonMetadataErrors(metadata metav1.Object) field.ErrorList {
	nameOf := func(name string, prefix bool) []string {
		if prefix {
			return path.IsValidPathSegmentPrefix(name)
		}
		return path.IsValidPathSegmentName(name)
	}
	return genericvalidation.ValidateObjectMetaAccessor(metadata, true, nameOf, metadataPath)
}

// Status belongs to the controllers: a user cannot set it, and here nobody else has.
func withoutStatus(versioned any) json.RawMessage {
	whole, err := json.Marshal(versioned)
	if err != nil {
		return nil
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(whole, &fields) != nil {
		return nil
	}
	delete(fields, "status")
	rest, err := json.Marshal(fields)
	if err != nil {
		return nil
	}
	return rest
}

func same(a, b any) bool { return equality.Semantic.DeepEqual(a, b) }
