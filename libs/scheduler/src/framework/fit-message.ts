/** Upstream's text for a pod that fits nowhere: "0/2 nodes are available: 1 Insufficient cpu, 1 …." */
export function fitMessage(nodes: number, reasons: ReadonlyMap<string, number>): string {
  const counted = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  return `0/${nodes} nodes are available${counted.length ? `: ${counted.join(', ')}.` : '.'}`;
}
