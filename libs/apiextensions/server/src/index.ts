export { customResourceSource } from './serving/custom-resources';
export { customResources, type DefinitionState, type ResourceParts } from './resource/custom-resource';
