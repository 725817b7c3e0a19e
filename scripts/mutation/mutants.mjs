// The mutants of a source file: small changes that a test should notice. Types are left alone, and so are messages.

import ts from 'typescript';

const SWAPPED = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===', '&&': '||', '||': '&&', '??': '&&',
  '+': '-', '-': '+', '*': '/', '+=': '-=', '-=': '+=',
};

/** @returns {{ start: number, end: number, text: string, line: number, what: string }[]} */
export function mutantsOf(fileName, source) {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const add = (node, text, what, start = node.getStart(file), end = node.getEnd()) => {
    const line = file.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ start, end, text, line, what });
  };
  const visit = (node) => {
    // Types, imports and what a class or function is called have no behaviour.
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) {
      const operator = node.operatorToken.getText(file);
      const isText = [node.left, node.right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
      if (operator in SWAPPED && !isText) add(node.operatorToken, SWAPPED[operator], `${operator} -> ${SWAPPED[operator]}`);
    }
    if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      add(condition, 'true', 'condition true');
      add(condition, 'false', 'condition false');
    }
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) add(node, node.operand.getText(file), 'not !');
    if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false', 'true -> false');
    if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true', 'false -> true');
    if (ts.isNumericLiteral(node)) add(node, node.text === '0' ? '1' : '0', `${node.text} -> ${node.text === '0' ? 1 : 0}`);
    if (ts.isExpressionStatement(node) && !node.getText(file).startsWith('super(')) add(node, ';', 'statement removed');
    if (ts.isReturnStatement(node) && node.expression === undefined) add(node, ';', 'return removed');
    if (ts.isThrowStatement(node)) add(node, ';', 'throw removed');
    if (ts.isAwaitExpression(node)) add(node, node.expression.getText(file), 'await removed');
    if (ts.isCallExpression(node) && /^Math\.(?:min|max)$/.test(node.expression.getText(file))) {
      const other = node.expression.getText(file) === 'Math.min' ? 'Math.max' : 'Math.min';
      add(node.expression, other, `${node.expression.getText(file)} -> ${other}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return mutants;
}
