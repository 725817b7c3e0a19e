import type { QueryRunner } from 'typeorm';

export interface MigrationInterface { down(queryRunner: QueryRunner): Promise<void> }

export class Migration {
    constructor(readonly timestamp: number, readonly name: string, readonly instance?: MigrationInterface) {}
}
