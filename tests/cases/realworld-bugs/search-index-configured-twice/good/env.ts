export declare const envConfig: { readonly MEILI_ADDR?: string; readonly MEILI_MASTER_KEY?: string };
