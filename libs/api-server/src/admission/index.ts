// What an admission plugin is, and what it is told of a write: for the libraries that have some.
export { type AdmissionParts, type AdmissionPlugin, type AdmissionStep, refused } from './plugin';
export type { Follow, Follower } from './follow';
export type { AdmissionReader, AdmissionWriter } from './reader';
export type { AdmissionResources } from './resources';
export type { AdmissionRequest, Operation, OperationOptions } from './request';
export { forbiddenResource, type Attributes, type Authorizer } from '../auth/authorization/attributes';
export { nodeOf, serviceAccountUser, type UserInfo } from '../auth/user';

// How requests are put through plugins.
export { AdmissionAttributes, type AdmissionInput } from './attributes';
export { AdmissionChain, type Admission } from './chain';
export { phasesOf, type AdmissionPhases } from './phases';
export { admissionTarget, type AdmissionTarget, type GroupVersionResource } from './target';
