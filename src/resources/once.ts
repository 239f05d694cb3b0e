/** Worked out once for each thing that does not change any more. */
export function once<K extends object, V>(make: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    let known = made.get(key);
    if (known === undefined) {
      known = { value: make(key) };
      made.set(key, known);
    }
    return known.value;
  };
}

/** Worked out once for each pair of things, such as a workload among the objects around it. */
export function oncePer<A extends object, B extends object, V>(make: (a: A, b: B) => V): (a: A, b: B) => V {
  const perA = once((a: A) => once((b: B) => make(a, b)));
  return (a, b) => perA(a)(b);
}
