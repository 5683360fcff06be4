import type { ConformanceCase } from './cases';

/** Cases that do not apply to expressions in Kubernetes, and why. */
export interface NotApplicable {
  readonly reason: string;
  /** The cases, where they are listed one by one. A case of a whole section may pass nevertheless: if it is to fail. */
  readonly ids: readonly string[];
  matches(test: ConformanceCase): boolean;
}

const ids = (reason: string, ...found: string[]): NotApplicable => {
  const set = new Set(found);
  return { reason, ids: found, matches: ({ id }) => set.has(id) };
};
const inSections = (reason: string, pattern: RegExp): NotApplicable => ({
  reason,
  ids: [],
  matches: ({ id }) => pattern.test(id),
});

/** The first that matches a case says why it does not apply. */
export const notApplicable: readonly NotApplicable[] = [
  inSections(
    'protobuf messages and their extensions: values of Kubernetes are JSON',
    /^(?:proto2|proto2_ext|proto3)\//,
  ),
  inSections('enumerations of protobuf: those of Kubernetes are text', /^enums\//),
  inSections(
    'wrappers and JSON values of protobuf: a field of Kubernetes that may be null is null',
    /^(?:wrappers|dynamic)\//,
  ),
  {
    reason: 'makes a protobuf message',
    ids: [],
    matches: ({ expression }) => /TestAllTypes|google\.protobuf\.|NullValue\./.test(expression),
  },
  inSections('cel.block, which optimizers write and no environment of Kubernetes has', /^block_ext\//),
  inSections(
    'calls functions that nobody declares: expressions are always checked',
    /^parse\/receiver_function_names\//,
  ),
  ids(
    'is not well typed: expressions are always checked',
    'basic/variables/unbound_is_runtime_error',
    'basic/functions/unbound_is_runtime_error',
    'comparisons/eq_literal/not_eq_list_length',
    'comparisons/eq_literal/eq_mixed_types',
    'comparisons/eq_literal/eq_list_elem_mixed_types',
    'comparisons/ne_literal/ne_mixed_types',
    'logic/conditional/mixed_type',
    'logic/AND/short_circuit_type_left',
    'logic/AND/short_circuit_type_right',
    'logic/OR/short_circuit_type_left',
    'logic/OR/short_circuit_type_right',
  ),
  ids(
    'IPv4 addresses in IPv6 are refused, as upstream has it',
    'network_ext/ipv4/ipv4_equals_ipv6',
    'network_ext/ipv4/ipv4_not_equals_ipv6',
  ),
  ids(
    'the form of numbers in version 4 of the strings library; Kubernetes has version 2, with that of English',
    ...[
      'scientific notation formatting clause',
      'default precision for scientific notation',
      'default precision for scientific notation with int',
      'default precision for scientific notation with uint',
      'positive infinity support for scientific notation',
      'negative infinity support for scientific notation',
      'positive infinity support for decimal',
      'negative infinity support for decimal',
      'positive infinity support for fixed-point',
      'negative infinity support for fixed-point',
      'dyntype support for scientific notation',
      'scientific notation formatting clause in a string variable',
    ].map((name) => `string_ext/format/${name}`),
  ),
  ids(
    'the form of lists and maps in version 4 of the strings library; Kubernetes has version 2, which quotes text in them',
    ...[
      'list support for string',
      'map support for string',
      'map support (all key types)',
      'dyntype NaN/infinity support',
      'dyntype support for lists',
      'dyntype support for maps',
    ].map((name) => `string_ext/format/${name}`),
  ),
  inSections('reverse came with version 3 of the strings library; Kubernetes has version 2', /^string_ext\/reverse\//),
  ids(
    'is given a protobuf message',
    'type_deduction/legacy_nullable_types/null_assignable_to_message_parameter_candidate',
    'type_deduction/legacy_nullable_types/null_assignable_to_duration_parameter_candidate',
    'type_deduction/legacy_nullable_types/null_assignable_to_timestamp_parameter_candidate',
  ),
  ids(
    'a function that the test declares, and nobody implements',
    'type_deduction/functions/function_result_type',
    'type_deduction/type_parameters/multiple_parameters_generality',
    'type_deduction/type_parameters/multiple_parameters_generality_2',
    'type_deduction/type_parameters/multiple_parameters_parameterized_ovl',
    'type_deduction/type_parameters/multiple_parameters_parameterized_ovl_2',
  ),
];
