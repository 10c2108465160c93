// What the notebooks here expect.
function insist(holds, what) {
  if (!holds) { throw new Error('not so: ' + what) }
}
insist.equal = function (one, other) {
  insist(one === other, one + ' is ' + other)
}
