import {
  ColumnDefinitionNode,
  DataTypeNode,
  OperationNodeTransformer,
  RawNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
} from 'kysely';

/**
 * Gives every text column that is created the collation "C", which compares bytes as SQLite does.
 * Pages, their cursors and the order of rows are then the same in every database, whatever language
 * it was created for.
 */
export class BytewiseText implements KyselyPlugin {
  readonly #transformer = new Transformer();

  transformQuery({ node, queryId }: PluginTransformQueryArgs) {
    return this.#transformer.transformNode(node, queryId);
  }

  async transformResult({ result }: PluginTransformResultArgs) {
    return result;
  }
}

class Transformer extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode): ColumnDefinitionNode {
    const { dataType } = node;
    if (!DataTypeNode.is(dataType) || dataType.dataType !== 'text') return node;
    const collation = RawNode.createWithSql('COLLATE "C"');
    return ColumnDefinitionNode.cloneWithFrontModifier(node, collation);
  }
}
