/** Room on the file system that a directory lies on. */
export interface Storage {
  readonly bytes: number;
  /** The share of it that is free, 0 to 1. */
  readonly availableFraction: number;
}

/** What the machine has to offer now. */
export interface Machine {
  /** Memory in bytes that programs can still have without harm. */
  memoryAvailableBytes(): Promise<number>;
  storage(directory: string): Promise<Storage>;
  /** Whether its kernel can confine containers by AppArmor profiles. */
  hasAppArmor(): Promise<boolean>;
}
