/** Events as an API server keeps them. */
package dev.chatcluster.operator.event;
