export { admissionPlugins } from './create-plugins';
export { admissionPluginProblems, type PluginSelection } from './plugin-names';
