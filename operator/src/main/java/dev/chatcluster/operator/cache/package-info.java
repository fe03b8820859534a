/** What the operator keeps in memory of objects that it watches. No more than somebody looks at. */
package dev.chatcluster.operator.cache;
