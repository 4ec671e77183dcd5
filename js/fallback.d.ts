/** The module in JavaScript. To be passed as `fallback`, for nothing else. */
export declare function instantiate(imports: object): object
