// lean-qr's own types are of modules that are found by their names; of its small form, "lean-qr/nano", these are what pages use.
export const correction: { L: number; M: number; Q: number; H: number };
export function generate(text: string, options?: { minCorrectionLevel?: number }): { readonly size: number; get(x: number, y: number): boolean };
