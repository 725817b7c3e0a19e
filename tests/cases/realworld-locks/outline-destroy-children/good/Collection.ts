import type { FindOptions } from 'sequelize';
import Document from './Document';
import type { NavigationNode } from './types';

export default class Collection {
  documentStructure: NavigationNode[] | null = null;

  deleteDocument = async (document: Document, options?: FindOptions) => {
    await this.removeDocumentInStructure(document);

    // Helper to destroy all child documents for a document
    const loopChildren = async (documentId: string, opts?: FindOptions) => {
      const childDocuments = await Document.findAll({
        where: {
          parentDocumentId: documentId,
        },
        transaction: opts?.transaction,
      });

      for (const child of childDocuments) {
        await loopChildren(child.id, opts);
        await child.destroy(opts);
      }
    };

    await loopChildren(document.id, options);
    await document.destroy(options);
  };

  removeDocumentInStructure = async (document: Document) => {
    if (!this.documentStructure) {
      return;
    }

    const removeFromChildren = (children: NavigationNode[], id: string): NavigationNode[] => {
      const kept = children.filter((child) => child.id !== id);
      kept.forEach((child) => {
        child.children = removeFromChildren(child.children, id);
      });
      return kept;
    };

    this.documentStructure = removeFromChildren(this.documentStructure, document.id);
  };
}
