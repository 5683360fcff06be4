// What admission plugins are made of, for the libraries that have some.
export {
  createdPod,
  refused,
  writes,
  AdmissionChain,
  type AdmissionParts,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
  type AdmissionWriter,
} from './admission';
export { forbiddenResource, type Attributes, type Authorizer } from '../auth/authorization/attributes';
export { nodeOf, type UserInfo } from '../auth/user';
