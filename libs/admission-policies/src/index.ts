export { admissionPolicies } from './create-policies';
