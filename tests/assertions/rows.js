// Assertions and their values, for `tests/assertions.rs`: apinb and Node must agree on each row. The code of a row
// calls `assert`. `newer(version, outcome)` marks a row that Node decides otherwise, or does not have, before that
// version.
const newer = (version, outcome) => ({ version, outcome });
const cycle = (make) => { const value = make(); value.self = value; return value };
const cyclicList = (depth) => { const list = []; list.push(depth === 0 ? list : [list]); return list };
class Point { constructor(x) { this.x = x } }
class OtherPoint { constructor(x) { this.x = x } }
const without = (value) => Object.setPrototypeOf(value, null);
const withSymbol = (value, symbol = Symbol.for('key')) => ({ [symbol]: value });
const hidden = (value) => Object.defineProperty({}, 'hidden', { value });
const set = (...items) => new Set(items);
const map = (...pairs) => new Map(pairs);
const named = (list, name, value) => { list[name] = value; return list };
const failing = (message, more) => Object.assign(new Error(message), more);
const promise = Promise.resolve(1);
const weak = new WeakMap();

/** Pairs that `deepEqual`, `notDeepEqual`, `strictEqual` and `notStrictEqual` compare. */
const pairs = [
  // Primitives.
  [1, 1], [1, '1'], [1, true], [0, -0], [-0, -0], [NaN, NaN], [null, undefined], [null, null], ['a', 'a'], ['a', 'b'],
  [1n, 1n], [1n, 2n], [1n, 1], [Symbol.for('s'), Symbol.for('s')], [Symbol('s'), Symbol('s')], [undefined, undefined],
  [{}, 1], [1, {}], [null, {}], [{}, null], [() => 1, () => 1], [Math.max, Math.max],
  // Objects.
  [{}, {}], [{ a: 1 }, { a: 1 }], [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: '1' }], [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  [{ a: 1 }, { a: 1, b: undefined }], [{ a: undefined }, {}], [{ a: undefined }, { b: undefined }], [{ a: 0 }, { a: -0 }],
  [{ a: NaN }, { a: NaN }], [{ a: { b: { c: [1] } } }, { a: { b: { c: [1] } } }], [{ a: { b: 1 } }, { a: { b: 2 } }],
  [new Point(1), new Point(1)], [new Point(1), new Point(2)], [new Point(1), new OtherPoint(1)], [new Point(1), { x: 1 }],
  [without({ a: 1 }), { a: 1 }], [without({ a: 1 }), without({ a: 1 })], [without({ a: 1 }), without({ a: 2 })],
  [withSymbol(1), withSymbol(1)], [withSymbol(1), withSymbol(2)], [withSymbol(1), {}], [{}, withSymbol(1)],
  [withSymbol(1, Symbol('a')), withSymbol(1, Symbol('a'))], [hidden(1), hidden(2)], [hidden(1), {}],
  [{ get a() { return 1 } }, { a: 1 }], [{ [Symbol.toStringTag]: 'A' }, { [Symbol.toStringTag]: 'B' }],
  [{ a: () => 1 }, { a: () => 1 }], [{ a: Math.max }, { a: Math.max }], [globalThis, globalThis],
  // Lists.
  [[], []], [[], {}], [{}, []], [[1, 2], [1, 2]], [[1, 2], [2, 1]], [[1], [1, 2]], [[1, 2], [1]], [[1, [2]], [1, [2]]],
  [[,], [undefined]], [[,], [,]], [[, 1], [, 1]], [[1, , 3], [1, undefined, 3]], [[undefined], [,]], [[, 1], [1, ,]],
  [named([1], 'x', 1), named([1], 'x', 1)], [named([1], 'x', 1), named([1], 'x', 2)], [named([1], 'x', 1), [1]],
  [[1], named([1], 'x', 1)], [{ 0: 1, length: 1 }, [1]], [named([], 4294967295, 1), named([], 4294967295, 2)],
  [(function () { return arguments })(1), [1]], [(function () { return arguments })(1), (function () { return arguments })(1)],
  [named([], 1e6, 1), named([], 1e6, 1)], [named([], 1e6, 1), named([1], 1e6, 1)],
  // Dates, expressions, boxes.
  [new Date(5), new Date(5)], [new Date(5), new Date(6)], [new Date(5), {}], [new Date(5), Object.create(Date.prototype)],
  [named(new Date(5), 'x', 1), new Date(5)], [/a/g, /a/g], [/a/g, /a/i], [/a/, /b/], [/a/, {}],
  [named(/a/g, 'lastIndex', 1), /a/g], [/a/v, /a/u], [/a/d, /a/d], [new Number(1), new Number(1)],
  [new Number(1), new Number(2)], [new Number(1), 1], [1, new Number(1)], [new Number(0), new Number(-0)],
  [new Number(NaN), new Number(NaN)], [new String('a'), new String('a')], [new String('a'), new String('b')],
  [new String('a'), 'a'], [new Boolean(true), new Boolean(true)], [new Boolean(true), new Boolean(false)],
  [Object(1n), Object(1n)], [Object(1n), Object(2n)], [Object(Symbol.for('a')), Object(Symbol.for('a'))],
  [Object(Symbol.for('a')), Object(Symbol.for('b'))], [new Number(1), new String('1')],
  [named(new String('a'), 'x', 1), new String('a')],
  // Errors.
  [new Error('a'), new Error('a')], [new Error('a'), new Error('b')], [new Error('a'), new TypeError('a')],
  [new Error('a'), { message: 'a' }], [failing('a', { code: 1 }), failing('a', { code: 1 })],
  [failing('a', { code: 1 }), failing('a', { code: 2 })], [failing('a', { code: 1 }), failing('a')],
  [named(new Error('a'), 'name', 'Odd'), new Error('a')], [new Error('a', { cause: 1 }), new Error('a', { cause: 1 })],
  [new Error('a', { cause: 1 }), new Error('a', { cause: 2 })], [new Error('a', { cause: 1 }), new Error('a')],
  [new AggregateError([1], 'a'), new AggregateError([1], 'a')],
  [new AggregateError([1], 'a'), new AggregateError([2], 'a')],
  // Sets.
  [set(), set()], [set(1, 2), set(2, 1)], [set(1), set(2)], [set(1), set(1, 2)], [set('1'), set(1)], [set({ a: 1 }), set({ a: 1 })],
  [set({ a: 1 }), set({ a: 2 })], [set({ a: 1 }, { a: 2 }), set({ a: 2 }, { a: 1 })], [set([1], [1]), set([1], [2])],
  [set(set(1)), set(set(1))], [set(NaN), set(NaN)], [set(null, undefined), set(undefined, null)], [set(1, {}), set({}, 1)],
  [set(1, {}), set(1, 2)], [named(set(1), 'x', 1), set(1)], [set(1), map([1, 1])], [set(1), [1]], [set(-0), set(0)],
  // Maps.
  [map(), map()], [map([1, 2]), map([1, 2])], [map([1, 2]), map([1, 3])], [map([1, 2], [3, 4]), map([3, 4], [1, 2])],
  [map([1, 2]), map([1, 2], [3, 4])], [map([{ a: 1 }, 1]), map([{ a: 1 }, 1])], [map([{ a: 1 }, 1]), map([{ a: 1 }, 2])],
  [map([{ a: 1 }, 1], [{ a: 1 }, 2]), map([{ a: 1 }, 2], [{ a: 1 }, 1])], [map([{}, { b: 1 }]), map([{}, { b: 1 }])],
  [map([1, undefined]), map([2, undefined])], [map(['1', 1]), map([1, 1])], [map([undefined, 1]), map([null, 1])],
  [map([NaN, NaN]), map([NaN, NaN])], [map([1, -0]), map([1, 0])], [map([set(1), 1]), map([set(1), 1])],
  // Bytes.
  [new Uint8Array([1, 2]), new Uint8Array([1, 2])], [new Uint8Array([1, 2]), new Uint8Array([1, 3])],
  [new Uint8Array([1]), new Int8Array([1])], [new Uint8Array([1]), [1]], [new Uint8Array(1), new Uint8Array(2)],
  [new Float64Array([NaN]), new Float64Array([NaN])], [new Float64Array([0]), new Float64Array([-0])],
  [new BigInt64Array([1n]), new BigInt64Array([1n])], [new BigInt64Array([1n]), new BigInt64Array([2n])],
  [new Uint8Array([0, 1, 2]).subarray(1), new Uint8Array([1, 2])], [named(new Uint8Array(1), 'x', 1), new Uint8Array(1)],
  [new DataView(new ArrayBuffer(2)), new DataView(new ArrayBuffer(2))],
  [new DataView(new ArrayBuffer(2)), new DataView(new ArrayBuffer(3))],
  [new ArrayBuffer(2), new ArrayBuffer(2)], [new ArrayBuffer(2), new ArrayBuffer(3)],
  [new Uint8Array([1]).buffer, new Uint8Array([2]).buffer], [new ArrayBuffer(2), new Uint8Array(2)],
  // Cycles.
  [cycle(() => ({ a: 1 })), cycle(() => ({ a: 1 }))], [cycle(() => ({ a: 1 })), cycle(() => ({ a: 2 }))],
  [cycle(() => []), cycle(() => [])], [cycle(() => ({})), { self: { self: {} } }],
  [cyclicList(0), cyclicList(1)], [cyclicList(1), cyclicList(0)], [cycle(() => set(1)), cycle(() => set(1))], [cycle(() => map([1, 1])), cycle(() => map([1, 1]))],
  // Objects whose content nothing can see.
  [promise, promise], [weak, weak],
];

/** Pairs on which older versions of Node decide otherwise. */
const newerPairs = [
  [new Date(NaN), new Date(NaN), newer(24, true)],
  [Promise.resolve(1), Promise.resolve(1), newer(24, false)],
  [new WeakMap(), new WeakMap(), newer(24, false)],
  [new WeakSet(), new WeakSet(), newer(24, false)],
  [new URL('http://a.test/b'), new URL('http://a.test/b'), newer(24, true)],
  [new URL('http://a.test/b'), new URL('http://a.test/c'), newer(24, false)],
  [new Error('a', { cause: undefined }), new Error('a'), newer(24, false)],
];

/** Values of which an object must have a part. */
const parts = [
  [{ a: 1, b: 2 }, { a: 1 }, true], [{ a: 1 }, { a: 1, b: 2 }, false], [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, true],
  [{ a: { b: 1 } }, { a: { b: 2 } }, false], [[1, 2, 3], [1, 3], true], [[1, 2, 3], [3, 1], false], [[1], [1, 1], false],
  [[{ a: 1, b: 2 }, 3], [{ a: 1 }], true], [set(1, 2), set(2), true], [set(1), set(1, 2), false],
  [set({ a: 1, b: 2 }), set({ a: 1 }), true], [map([1, 2], [3, 4]), map([3, 4]), true], [map([1, 2]), map([1, 3]), false],
  [map([1, { a: 1, b: 2 }]), map([1, { a: 1 }]), true], [new Point(1), { x: 1 }, true], [new Uint8Array([1, 2, 3]), new Uint8Array([1, 3]), true],
  [new Uint8Array([1, 2]), new Uint8Array([2, 1]), false], [failing('a', { code: 1 }), new Error('a'), true],
  [new Error('a'), new Error('b'), false], [new Date(1), new Date(2), false], [/a/, /a/g, false], [1, 1, true], [1, '1', false],
  [{ a: 1 }, {}, true], [{ a: 1 }, [], false], [withSymbol(1), {}, true], [{}, withSymbol(1), false], [null, {}, false],
  [cycle(() => ({ a: 1, b: 2 })), cycle(() => ({ a: 1 })), true],
];

/** Calls of the other assertions. */
const calls = [
  (assert) => assert(1), (assert) => assert(0), (assert) => assert(), (assert) => assert(false, 'a message'), (assert) => assert('', new RangeError('own')),
  (assert) => assert.ok({}), (assert) => assert.ok(null), (assert) => assert.ok(), (assert) => assert.equal(1), (assert) => assert.deepEqual(),
  (assert) => assert.equal(1, '1'), (assert) => assert.notEqual(1, '1'), (assert) => assert.strict.equal(1, 1), (assert) => assert.equal(1, 2, 'a message'),
  (assert) => assert.equal(1, 2, new TypeError('own')), (assert) => assert.deepEqual([1], ['1']), (assert) => assert.notDeepEqual([1], ['1']),
  (assert) => assert.notDeepStrictEqual({ a: 1 }, { a: 1 }), (assert) => assert.match('abc', /b/), (assert) => assert.match('abc', /x/),
  (assert) => assert.match(1, /1/), (assert) => assert.match('a', 'a'), (assert) => assert.doesNotMatch('abc', /x/), (assert) => assert.doesNotMatch('abc', /b/),
  (assert) => assert.doesNotMatch(1, /x/), (assert) => assert.fail(), (assert) => assert.fail('a message'), (assert) => assert.fail(new TypeError('own')),
  (assert) => assert.ifError(null), (assert) => assert.ifError(undefined), (assert) => assert.ifError(0), (assert) => assert.ifError(new Error('x')),
  (assert) => assert.throws(() => { throw new Error('x') }), (assert) => assert.throws(() => 1), (assert) => assert.throws(() => 1, 'a message'),
  (assert) => assert.throws(1), (assert) => assert.throws(), (assert) => assert.throws(() => { throw new Error('x') }, /x/), (assert) => assert.throws(() => { throw new Error('x') }, /y/),
  (assert) => assert.throws(() => { throw new TypeError('x') }, TypeError), (assert) => assert.throws(() => { throw new TypeError('x') }, Error),
  (assert) => assert.throws(() => { throw new Error('x') }, TypeError), (assert) => assert.throws(() => { throw new Error('x') }, (error) => error.message === 'x'),
  (assert) => assert.throws(() => { throw new Error('x') }, () => 1), (assert) => assert.throws(() => { throw new Error('x') }, { message: 'x' }),
  (assert) => assert.throws(() => { throw new Error('x') }, { message: /x/, name: 'Error' }), (assert) => assert.throws(() => { throw new Error('x') }, { message: 'y' }),
  (assert) => assert.throws(() => { throw failing('x', { code: { a: 1 } }) }, { code: { a: 1 } }), (assert) => assert.throws(() => { throw new Error('x') }, { code: 1 }),
  (assert) => assert.throws(() => { throw new Error('x') }, new Error('x')), (assert) => assert.throws(() => { throw new Error('x') }, new Error('y')),
  (assert) => assert.throws(() => { throw new Error('x') }, {}), (assert) => assert.throws(() => { throw new Error('x') }, 5), (assert) => assert.throws(() => { throw new Error('x') }, 'y'),
  (assert) => assert.throws(() => { throw null }), (assert) => assert.throws(() => { throw 'text' }, /text/), (assert) => assert.throws(() => { throw null }, { a: 1 }),
  (assert) => assert.throws(() => { throw new Error('x') }, 'text', 'message'), (assert) => assert.throws(() => { throw new Error('x') }, () => { throw new RangeError('in the check') }),
  (assert) => assert.throws(() => { throw new Point(1) }, Point), (assert) => assert.throws(() => { throw new Point(1) }, { x: 1 }),
  (assert) => assert.doesNotThrow(() => 1), (assert) => assert.doesNotThrow(() => { throw new Error('x') }), (assert) => assert.doesNotThrow(() => { throw new Error('x') }, TypeError),
  (assert) => assert.doesNotThrow(() => { throw new Error('x') }, Error), (assert) => assert.doesNotThrow(() => { throw new Error('x') }, /x/, 'a message'), (assert) => assert.doesNotThrow(1),
  (assert) => assert.rejects(Promise.reject(new Error('x'))), (assert) => assert.rejects(Promise.resolve(1)), (assert) => assert.rejects(async () => { throw new Error('x') }, /x/),
  (assert) => assert.rejects(async () => { throw new Error('x') }, { message: 'y' }), (assert) => assert.rejects(() => { throw new RangeError('sync') }),
  (assert) => assert.rejects(() => 1), (assert) => assert.rejects(1), (assert) => assert.rejects({ then(_, reject) { reject(new Error('x')) }, catch() {} }, /x/),
  (assert) => assert.doesNotReject(Promise.resolve(1)), (assert) => assert.doesNotReject(Promise.reject(new Error('x'))), (assert) => assert.doesNotReject(async () => 1),
  (assert) => assert.doesNotReject(async () => { throw new Error('x') }, TypeError), (assert) => { throw new assert.AssertionError({ actual: 1, expected: 2, operator: 'own', message: 'm' }) },
  (assert) => { throw new assert.AssertionError() }, (assert) => { throw assert.AssertionError({}) },
];

/** What a call does: `passes`, or what its error says apart from its text. */
async function outcomeOf(assert, call) {
  try {
    await call(assert);
    return 'passes';
  } catch (error) {
    if (error === null || typeof error !== 'object') return `throws ${error}`;
    const own = error.message.includes('a message') ? 'with its own message' : '';
    // Node calls its own texts of the others not generated.
    const isGenerated = /qual|^==$|atch$|fail/.test(error.operator) ? error.generatedMessage : '';
    const text = (value) => typeof value === 'function' ? value.name : typeof value === 'object' ? Object.prototype.toString.call(value) : String(value);
    const values = [error.actual, error.expected].map(text);
    return [error.name, error.code, error.operator, isGenerated, own, ...values, error instanceof assert.AssertionError].join(' ');
  }
}

async function outcomes(assert, version) {
  const passes = (method, actual, expected) => outcomeOf(assert, () => assert[method](actual, expected)).then((outcome) => outcome === 'passes');
  const found = {};
  const methods = ['deepEqual', 'notDeepEqual', 'strictEqual', 'notStrictEqual', 'deepStrictEqual', 'notDeepStrictEqual', 'equal', 'notEqual'];
  for (const [index, [actual, expected]] of pairs.entries()) {
    for (const method of methods) found[`pair ${index} ${method}`] = await passes(method, actual, expected);
    found[`pair ${index} reversed`] = await passes('deepEqual', expected, actual);
  }
  for (const [index, [actual, expected, row]] of newerPairs.entries()) {
    found[`newer pair ${index}`] = version < row.version ? row.outcome : await passes('deepEqual', actual, expected);
  }
  for (const [index, [actual, expected, outcome]] of parts.entries()) {
    found[`part ${index}`] = version < 24 ? outcome : await passes('partialDeepStrictEqual', actual, expected);
  }
  for (const [index, call] of calls.entries()) found[`call ${index} ${call}`] = await outcomeOf(assert, call);
  return found;
}
