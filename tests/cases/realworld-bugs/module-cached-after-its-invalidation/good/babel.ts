export declare function transform(source: string, options: { filename: string }): Promise<string>;
