// What components are given.
export type { ComponentParts } from './component-parts';

// A component as a process.
export { componentService, type ComponentIdentity } from './component-service';
export { lead } from './lead';
export { serveDoors, type DoorOptions, type DoorSettings } from './serve-doors';
