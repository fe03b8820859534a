package dev.chatcluster.quickstart.objects;

import static dev.chatcluster.quickstart.Fixtures.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PatchTest {
  @Test
  void mergesObjectsReplacesListsAndRemovesNulls() {
    assertThat(
            MergePatch.apply(
                yaml("{a: {b: 1, c: 2}, l: [1, 2]}"),
                yaml("{a: {b: null, d: {e: 3, f: null}}, l: [3]}")))
        .isEqualTo(yaml("{a: {c: 2, d: {e: 3}}, l: [3]}"));
  }

  @Test
  void mergesContainersByNameAndKeepsTheOthers() {
    assertThat(
            StrategicMergePatch.apply(
                yaml("{containers: [{name: a, env: [{name: X, value: '1'}]}, {name: b}]}"),
                yaml(
                    """
                    containers:
                    - {name: a, image: new, env: [{name: Y, value: '2'}]}
                    - {name: b, $patch: delete}
                    - {name: c}
                    $setElementOrder/containers: [{name: c}, {name: a}]
                    """)))
        .isEqualTo(
            yaml(
                """
                containers:
                - {name: c}
                - {name: a, env: [{name: X, value: '1'}, {name: Y, value: '2'}], image: new}
                """));
  }

  @Test
  void deletesFromListsOfPlainValues() {
    assertThat(
            StrategicMergePatch.apply(
                yaml("{metadata: {finalizers: [a, b]}}"),
                yaml("{metadata: {$deleteFromPrimitiveList/finalizers: [a]}}")))
        .isEqualTo(yaml("{metadata: {finalizers: [b]}}"));
  }

  @Test
  void appliesEachOperationOfAJsonPatch() {
    assertThat(
            JsonPatch.apply(
                yaml("{a: 1, l: [1, 2], m: {'x/y': 1}}"),
                yaml("""
                        p:
                        - {op: test, path: /a, value: 1}
                        - {op: replace, path: /a, value: 2}
                        - {op: add, path: /l/-, value: 3}
                        - {op: add, path: /l/0, value: 0}
                        - {op: remove, path: /m/x~1y}
                        - {op: copy, from: /a, path: /m/c}
                        - {op: move, from: /l/0, path: /first}
                        """)
                    .get("p")))
        .isEqualTo(yaml("{a: 2, l: [1, 2, 3], m: {c: 2}, first: 0}"));
  }

  @Test
  void refusesAJsonPatchThatDoesNotFit() {
    assertThatThrownBy(
            () -> JsonPatch.apply(yaml("{a: 1}"), yaml("p: [{op: remove, path: /b}]").get("p")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("nothing at /b");
  }
}
