/** What is kept of objects, and what is not. */
package dev.chatcluster.operator.cache;
