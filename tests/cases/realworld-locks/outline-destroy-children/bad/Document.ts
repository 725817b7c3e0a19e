import { Model } from 'sequelize';
import { sequelize } from './database';
import type Collection from './Collection';

class Document extends Model {
  id!: string;
  archivedAt!: Date | null;
  parentDocumentId!: string | null;
  collection!: Collection;
  lastModifiedById!: string;

  // Delete a document, archived or otherwise.
  delete = (userId: string) => {
    return sequelize.transaction(async (transaction) => {
      if (!this.archivedAt) {
        // delete any children and remove from the document structure
        await this.collection.deleteDocument(this, { transaction });
      } else {
        await this.destroy({ transaction });
      }

      await this.update({ lastModifiedById: userId }, { transaction });
      return this;
    });
  };
}

export default Document;
