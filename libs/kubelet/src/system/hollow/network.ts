import type { NetworkProgrammer } from '../network';

/** Leaves the network as it is. */
export const hollowNetwork: NetworkProgrammer = {
  setRoutes: () => Promise.resolve(),
  setEgress: () => Promise.resolve(),
};
