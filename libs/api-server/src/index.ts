export { createApiServer, type ApiServerOptions, type RunningApiServer, type ServerParts } from './server/api-server';
export { admissionPluginProblems } from './admission/plugin-names';
